"""Review from a list, of every record model: preview, confirmation, a line for each record."""

from typing import Any

import pytest
from django.contrib import admin

from enterprises.models.kinds import GreenFactory
from projects.models import RenovationProject
from revival.accounts.models import Official
from revival.catalogue import REPORTS
from revival.records.models import Revision, State
from revival.reporting.effect import ReportEffect
from tests.factories import (
    GULOU,
    SUZHOU,
    XUZHOU,
    browser,
    marked,
    official,
    project,
)
from tests.records.bulk.batch import choose, confirm, states
from tests.records.models import MODELS, events, every_model, url

pytestmark = [pytest.mark.django_db, pytest.mark.torture]


class TestEveryModel:
    @every_model
    def test_records_are_submitted_and_verified_from_the_list(
        self, model: Any, clerk: Official, verifier: Official
    ) -> None:
        """A preview changes nothing. Each confirmed step is one event that names who took it. Both languages."""
        row = marked(model, GULOU, "ROW-1", state=State.DRAFT)
        page, other = browser(clerk), browser(verifier, "zh-hans")
        before = events(row).count()
        preview = choose(page, model, "submit", [row])
        assert (preview.context["done"], states([row]), events(row).count()) == (1, ["draft"], before)
        assert preview.context["effects"] == []
        done = confirm(page, model, preview)
        assert "ROW-1" in done.content.decode()
        assert (done.context["done"], done.context["refused"]) == (1, 0)
        preview = choose(other, model, "verify", [row])
        assert 'lang="zh-hans"' in preview.content.decode()
        assert confirm(other, model, preview).context["done"] == 1
        row.refresh_from_db()
        assert (row.state, row.submitted_by, row.verified_by) == ("verified", clerk, verifier)
        assert row.submitted_at <= row.verified_at
        kept = events(row).order_by("pgh_id").values_list("state", "pgh_context__user")[before:]
        assert [*kept] == [("submitted", clerk.pk), ("verified", verifier.pk)]

    @every_model
    def test_foreign_rows_are_out_of_reach(self, model: Any, clerk: Official) -> None:
        """A batch with a row elsewhere is refused whole, in preview and confirmation, with any other parameters."""
        own = marked(model, GULOU, "OWN-2", state=State.DRAFT)
        foreign = marked(model, SUZHOU, "ZQB-2", state=State.DRAFT)
        page = browser(clerk)
        seen = f"{own.pk}:{own.version} {foreign.pk}:{foreign.version}"
        data = {"action": "submit", "seen": seen, "select_across": "1", "_selected_action": own.pk}
        for answer in (choose(page, model, "submit", [own, foreign]), page.post(url(model, "changelist"), data)):
            assert answer.status_code == 404
            assert "ZQB-2" not in answer.content.decode()
        assert states([own, foreign]) == ["draft", "draft"]

    def test_missing_and_odd_keys_are_refused(self, clerk: Official) -> None:
        """They stand in the field that a confirmation has in place of ticked boxes."""
        own, page = project(), browser(clerk)
        odd = {"999999999:1": 404, "abc:1": 400, f"{10**18}1:1": 400, f"{10**30}:1": 400, "٣:1": 400, ":": 400}
        for pair, status in odd.items():
            data = {"action": "submit", "seen": f"{own.pk}:1 {pair}"}
            assert page.post(url(RenovationProject, "changelist"), data).status_code == status, pair
        assert states([own]) == ["draft"]

    @pytest.mark.parametrize("model", [Revision, RenovationProject, GreenFactory])
    def test_actions_are_offered_by_verb(self, model: Any) -> None:
        """A manager has none, and a posted one is refused."""
        row = marked(model, GULOU, "ROW-3", state=State.SUBMITTED)
        offered = {"clerk": {"submit", "withdraw"}, "verifier": {"verify", "return"}, "manager": set()}
        for role, names in offered.items():
            page = browser(official(role, XUZHOU))
            form = page.get(url(model, "changelist")).context["action_form"]
            listed = {name for name, _label in form.fields["action"].choices} if form else set()
            assert listed - {"", "delete_selected"} == names
        choose(page, model, "verify", [row])
        page.post(url(model, "changelist"), {"action": "verify", "seen": f"{row.pk}:{row.version}"})
        assert states([row]) == ["submitted"]

    def test_every_list_says_what_its_records_count_in(self) -> None:
        """They are reports of the catalogue, with the record's path to its year."""
        for model in set(MODELS) - {Revision}:
            found: Any = admin.site.get_model_admin(model)
            assert found.counted_in, model
            for effect in found.counted_in:
                assert isinstance(effect, ReportEffect)
                assert effect.report in REPORTS
                assert effect.years(model._default_manager.none()) == set()
