"""Admin pages of officials and regions. What officials may do depends on their roles and on nothing else."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import ReadOnlyPasswordHashWidget, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from revival.accounts.admin_strict import StrictAdmin
from revival.accounts.models import Export, FormerCode, Official, Region
from revival.accounts.requests import official
from revival.accounts.roles import ROLES

# `manage.py roles` writes the groups. No page changes them.
admin.site.unregister(Group)


class PasswordWidget(ReadOnlyPasswordHashWidget):
    """The link to the form of a new password, and nothing of the stored one: no algorithm, salt or hash."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        return {**context, "summary": [line for line in context["summary"] if "value" not in line]}


class OfficialForm(UserChangeForm):  # type: ignore[type-arg]
    """The form of an account. Its password is set on a page of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "password" in self.fields:  # it is not where an official may only read
            self.fields["password"].widget = PasswordWidget()


LABELS = {name: label for name, label, _verbs, _further in ROLES}


class RolesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Roles as check boxes, named in the reader's language."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return str(LABELS[obj.name])


class FormerCodeInline(admin.TabularInline):  # type: ignore[type-arg]
    model = FormerCode
    extra = 0


@admin.register(Region)
class RegionAdmin(StrictAdmin):
    """Regions. All officials may read those within their own region, since forms offer them by search."""

    list_display = ("code", "name_zh", "name_en", "level", "parent", "part", "reports_to_province")
    list_select_related = ("parent__city", "city")
    list_filter = ("level", "part")
    ordering = ("code",)
    search_fields = ("code", "name_zh", "name_en", "former_codes__code")
    inlines = (FormerCodeInline,)
    fields = ("code", "parent", "level", "name_zh", "name_en", "part", "reports_to_province")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset: Any = super().get_queryset(request)
        return queryset.below(official(request).region).select_related("city")  # type: ignore[no-any-return]

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """The matching regions without duplicates: a region may match by several former codes."""
        found, _duplicates = super().get_search_results(request, queryset, search_term)
        return found, bool(search_term.strip())

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, queryset=self.get_queryset(request), **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The fields that place an existing region: records carry its city.

        A merged region gets a new row and a former code.
        """
        return () if obj is None else ("code", "parent", "level")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Always False: records of many years name a region and its former codes."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and official(request).is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether regions are in the menu. They are not for officials who only choose regions in forms."""
        return super().has_view_permission(request)


@admin.register(Official)
class OfficialAdmin(StrictAdmin, UserAdmin):  # type: ignore[type-arg]
    """Officials of the administrator's own region and of the regions under it."""

    list_display = ("username", "name", "region", "is_active", "is_staff", "last_login")
    list_select_related = ("region__city",)
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "name")
    ordering = ("username",)
    filter_horizontal = ()
    form = OfficialForm
    fieldsets = (
        (None, {"fields": ("username", "name", "region", "password")}),
        (_("Rights"), {"fields": ("groups", "is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "name", "region", "usable_password", "password1", "password2")}),
        (_("Rights"), {"fields": ("groups", "is_active", "is_staff")}),
    )

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        return super().get_queryset(request).filter(region__in=Region.objects.below(official(request).region))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The fields of the form. Only a superuser sees who is a superuser."""
        hidden = () if official(request).is_superuser else ("is_superuser",)
        return [
            (title, {**options, "fields": [f for f in options["fields"] if f not in hidden]})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The rights and region of one's own account. Only a superuser may change their own."""
        own = obj is not None and obj.pk == official(request).pk and not official(request).is_superuser
        return ("region", "groups", "is_active", "is_staff") if own else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the account may be changed. Only superusers change superusers."""
        above = obj is not None and obj.is_superuser and not official(request).is_superuser
        return not above and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Always False: the history names officials. An account that is no longer used is made inactive."""
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs["queryset"] = Region.objects.below(official(request).region).select_related("city")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        roles = Group.objects.filter(name__in=LABELS).order_by("pk")
        return RolesField(queryset=roles, required=False, label=_("Roles"))


@admin.register(Export)
class ExportAdmin(StrictAdmin):
    """The log of files taken, for auditors: those taken by officials of their own region."""

    list_display = ("at", "official", "address", "path", "query", "rows", "size", "sha256")
    list_select_related = ("official",)
    search_fields = ("sha256", "path")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        user = official(request)
        return super().get_queryset(request).filter(official__region__in=Region.objects.below(user.region))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
