"""Rights of an official are read again for every request, and a foreign key reveals nothing."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from projects.models import Activity, Policy, RenovationProject
from revival.accounts.models import Official
from tests.factories import KUNSHAN, SUZHOU, XUZHOU, browser, official
from tests.scope.test_scope import MISSING, SEARCH
from tests.scope.walk import Visit, visited
from tests.world import MARK, World

pytestmark = pytest.mark.torture


class TestRights:
    """Rights of an official are read again for every request."""

    PAGES = (
        "/admin/projects/renovationproject/",
        "/admin/projects/renovationproject/{}/change/",
        "/reports/renovation/",
        "/reports/renovation/?format=csv&state=draft",
        "/projects/{}/",
    )

    @pytest.fixture
    def clerk(self, world: World) -> tuple[Official, Client]:
        user = official("clerk", XUZHOU)
        return user, browser(user)

    def answers(self, client: Client, key: int) -> list[Visit]:
        return [visited(client, "", page.format(key)) for page in self.PAGES]

    def test_a_role_that_is_taken_is_gone_at_once(self, world: World, clerk: tuple[Official, Client]) -> None:
        """The next request gets no list, form, report or file."""
        (user, client), row = clerk, world.own[RenovationProject][0]
        assert [visit.status for visit in self.answers(client, row.pk)] == [200] * 5
        user.groups.clear()
        assert [visit.status for visit in self.answers(client, row.pk)] == [403] * 5

    def test_who_moves_sees_the_other_city_at_once(self, world: World, clerk: tuple[Official, Client]) -> None:
        """The former city can no longer be read or written."""
        (user, client), own, foreign = clerk, world.own[RenovationProject][0], world.foreign[RenovationProject][0]
        assert [visit.status for visit in self.answers(client, foreign.pk)] == [200, 404, 200, 200, 404]
        Official.objects.filter(pk=user.pk).update(region=SUZHOU)
        moved = self.answers(client, foreign.pk)
        assert [visit.status for visit in moved] == [200] * 5
        assert all(MARK in visit.text for visit in (moved[0], moved[1], moved[3], moved[4]))
        assert not any(own.name in visit.text for visit in moved)
        assert client.post(f"/admin/projects/renovationproject/{own.pk}/change/", {"version": 1}).status_code == 404

    def test_what_they_did_in_their_former_city_is_not_remembered_for_them(
        self, world: World, clerk: tuple[Official, Client]
    ) -> None:
        """No page names it, not even the admin's first page, where Django lists what the official changed."""
        (user, client), own = clerk, world.own[RenovationProject][0]
        kind = ContentType.objects.get_for_model(RenovationProject)
        LogEntry.objects.create(
            user=user, content_type=kind, object_id=own.pk, object_repr=str(own), action_flag=CHANGE
        )
        Official.objects.filter(pk=user.pk).update(region=SUZHOU)
        for page in ("/", "/admin/", "/admin/projects/", "/board/", f"/search/?q={SEARCH}"):
            answer = visited(client, "", page)
            assert answer.status == 200, page
            assert own.name not in answer.text, page

    def test_who_is_made_inactive_is_out_at_once(self, world: World, clerk: tuple[Official, Client]) -> None:
        (user, client), row = clerk, world.own[RenovationProject][0]
        Official.objects.filter(pk=user.pk).update(is_active=False)
        assert {visit.status for visit in self.answers(client, row.pk)} == {302}


def test_questions_about_foreign_keys_are_answered_like_unknown_ones(world: World) -> None:
    """A parameter with a key of B reveals no more than one with a key that does not exist."""
    client = browser(world.readers["manager"])
    policy, activity = world.foreign[Policy][-1].pk, world.foreign[Activity][-1].pk
    for page, name, key in (
        ("/reports/policies/", "format=json&answers", policy),
        ("/admin/projects/participation/", "activity", activity),
        ("/reports/renovation/", "region", KUNSHAN),
    ):
        answers = [visited(client, "", f"{page}?{name}={each}") for each in (key, MISSING)]
        assert answers[0].status == answers[1].status, page
        assert not any(MARK in answer.text for answer in answers)
