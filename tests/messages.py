"""The messages of the product: found in the sources, kept in the Chinese catalogue.

`python -m tests.messages` adds missing messages to the catalogue, untranslated, and drops unused ones.
"""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "revival" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
FLOORS = ("revival", "enterprises", "projects", "finance")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Babel's own header has dates, which would change with every run.
HEADER = """#
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
# Shown by Django, whose Chinese lacks them, or says 你, or reads badly.
FOREIGN = (
    "Model name",
    "Add link",
    "Change or view list link",
    "After you’ve created a user, you’ll be able to edit more user options.",
    "Select %s to change",
    "Select %s to view",
    "Select %s",
    "Add %s",
    "Add %(name)s",
    "Add",
    "Change %s",
    "View %s",
    "View on site",
    "Close",
    "%(counter)s result",
    "%(full_result_count)s total",
    " By %(filter_title)s ",
    "Clear all filters",
    "Any date",
    "No date",
    "Has date",
    "Empty",
    "Not empty",
    "Remove from sorting",
    "Toggle sorting",
    "Sorting priority: %(priority_number)s",
    "Action:",
    "Run the selected action",
    "0 of %(cnt)s selected",
    "%(total_count)s selected",
    "Click here to select the objects across all pages",
    "Select all %(total_count)s %(module_name)s",
    "Clear selection",
    "Select all objects on this page for an action",
    "Select this object for an action - {}",
    "Items must be selected in order to perform actions on them. No items have been changed.",
    "No action selected.",
    "Save and add another",
    "Save and continue editing",
    "Save and view",
    "Add another %(verbose_name)s",
    "Add another %(model)s",
    "Change selected %(model)s",
    "View selected %(model)s",
    "Delete selected %(model)s",
    "The {name} “{obj}” was added successfully.",
    "You may edit it again below.",
    "The {name} “{obj}” was added successfully. You may add another {name} below.",
    "The {name} “{obj}” was changed successfully. You may edit it again below.",
    "The {name} “{obj}” was changed successfully. You may add another {name} below.",
    "The {name} “{obj}” was changed successfully.",
    "%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?",
    "Hold down “Control”, or “Command” on a Mac, to select more than one.",
    "Currently:",
    "Delete selected %(verbose_name_plural)s",
    "Successfully deleted %(count)d %(items)s.",
    "The %(name)s “%(obj)s” was deleted successfully.",
    "Cannot delete %(name)s",
    "Delete multiple objects",
    "Summary",
    (
        "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting related objects, but your "
        "account doesn't have permission to delete the following types of objects:"
    ),
    (
        "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the following protected related "
        "objects:"
    ),
    (
        "Deleting the selected %(objects_name)s would result in deleting related objects, but your account doesn't "
        "have permission to delete the following types of objects:"
    ),
    "Deleting the selected %(objects_name)s would require deleting the following protected related objects:",
    (
        "Deleting %(class_name)s %(instance)s would require deleting the following protected related objects: "
        "%(related_objects)s"
    ),
    "Change history: %s",
    "This object doesn’t have a change history. It probably wasn’t added via this admin site.",
    "Date/time",
    "User",
    "Action",
    "Added.",
    "Added {name} “{object}”.",
    "Changed {fields}.",
    "Changed {fields} for {name} “{object}”.",
    "Deleted {name} “{object}”.",
    "No fields changed.",
    "Site administration",
    "%(app)s administration",
    "Models in the %(name)s application",
    "You don’t have permission to view or edit anything.",
    "Welcome,",
    "Log out",
    "Breadcrumbs",
    "Toggle theme (current theme: auto)",
    "Toggle theme (current theme: light)",
    "Toggle theme (current theme: dark)",
    "Popup closing…",
    (
        "You are authenticated as %(username)s, but are not authorized to access this page. Would you like to login "
        "to a different account?"
    ),
    (
        "Please enter the correct %(username)s and password for a staff account. Note that both fields may be "
        "case-sensitive."
    ),
    "username",
    "Please enter a correct %(username)s and password. Note that both fields may be case-sensitive.",
    "This account is inactive.",
    "Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
    "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.",
    (
        "Enter a valid username. This value may contain only unaccented lowercase a-z and uppercase A-Z letters, "
        "numbers, and @/./+/-/_ characters."
    ),
    "A user with that username already exists.",
    "staff status",
    "Designates whether the user can log into this admin site.",
    "superuser status",
    "Designates that this user has all permissions without explicitly assigning them.",
    "active",
    "Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
    "last login",
    "No password set.",
    "Invalid password format or unknown hashing algorithm.",
    "Raw passwords are not stored, so there is no way to see the user’s password.",
    "Enable password-based authentication for this user by setting a password.",
    "Password-based authentication",
    (
        "Whether the user will be able to authenticate using a password or not. If disabled, they may still be able "
        "to authenticate using other backends, such as Single Sign-On or LDAP."
    ),
    "Enable password-based authentication",
    "Disable password-based authentication",
    "Password-based authentication was disabled.",
    "This action will <strong>enable</strong> password-based authentication for this user.",
    "Disabled",
    "Enter a new password for the user <strong>%(username)s</strong>.",
    "Set password: %s",
    "Password changed successfully.",
    "Conflicting form data submitted. Please try again.",
    "%(name)s object with primary key %(key)r does not exist.",
    "Password confirmation",
    "New password confirmation",
    "Old password",
    "Enter the same password as before, for verification.",
    "Your old password was entered incorrectly. Please enter it again.",
    "The two password fields didn’t match.",
    "Password change",
    "Change my password",
    "Your password was changed.",
    "Password change successful",
    (
        "Please enter your old password, for security’s sake, and then enter your new password twice so we can "
        "verify you typed it in correctly."
    ),
    "This password is too short. It must contain at least %d character.",
    "Your password must contain at least %(min_length)d character.",
    "The password is too similar to the %(verbose_name)s.",
    "Your password can’t be too similar to your other personal information.",
    "This password is too common.",
    "Your password can’t be a commonly used password.",
    "This password is entirely numeric.",
    "Your password can’t be entirely numeric.",
    ":",
    "This field is required.",
    "This field cannot be null.",
    "This field cannot be blank.",
    "Enter a valid value.",
    "Enter a number.",
    "Enter a whole number.",
    "Enter a valid integer.",
    "Enter a valid date.",
    "Enter a valid date/time.",
    "Enter a list of values.",
    "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
    "Select a valid choice. That choice is not one of the available choices.",
    "Select a valid choice. %(value)s is not one of the available choices.",
    "Value %(value)r is not a valid choice.",
    "“%(pk)s” is not a valid value.",
    "%(model)s instance with %(field)s %(value)r is not a valid choice.",
    "%(model_name)s with this %(field_label)s already exists.",
    "%(model_name)s with this %(field_labels)s already exists.",
    "Constraint “%(name)s” is violated.",
    "Ensure this value is less than or equal to %(limit_value)s.",
    "Ensure this value is greater than or equal to %(limit_value)s.",
    "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
    "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
    "Ensure that there are no more than %(max)s digit in total.",
    "Ensure that there are no more than %(max)s decimal place.",
    "Ensure that there are no more than %(max)s digit before the decimal point.",
    "Null characters are not allowed.",
    "Please correct the duplicate data for %(field)s.",
    "Please correct the duplicate data for %(field)s, which must be unique.",
    "Please correct the duplicate values below.",
    "The inline value did not match the parent instance.",
    "Please submit at most %(num)d form.",
    "Please submit at least %(num)d form.",
    (
        "ManagementForm data is missing or has been tampered with. Missing fields: %(field_names)s. You may need to "
        "file a bug report if the issue persists."
    ),
    "(Hidden field %(name)s) %(error)s",
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# Those with a number.
FOREIGN_PLURALS = {
    "%(counter)s result": "%(counter)s results",
    "%(total_count)s selected": "All %(total_count)s selected",
    "This password is too short. It must contain at least %d character.": (
        "This password is too short. It must contain at least %d characters."
    ),
    "Your password must contain at least %(min_length)d character.": (
        "Your password must contain at least %(min_length)d characters."
    ),
    "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).": (
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d)."
    ),
    "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).": (
        "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d)."
    ),
    "Ensure that there are no more than %(max)s digit in total.": (
        "Ensure that there are no more than %(max)s digits in total."
    ),
    "Ensure that there are no more than %(max)s decimal place.": (
        "Ensure that there are no more than %(max)s decimal places."
    ),
    "Ensure that there are no more than %(max)s digit before the decimal point.": (
        "Ensure that there are no more than %(max)s digits before the decimal point."
    ),
    "Please submit at most %(num)d form.": "Please submit at most %(num)d forms.",
    "Please submit at least %(num)d form.": "Please submit at least %(num)d forms.",
}


def sources() -> list[Path]:
    """Every module and template that can show a message."""
    return [
        path
        for floor in FLOORS
        for path in sorted((ROOT / floor).rglob("*"))
        if path.suffix in (".py", ".html") and "migrations" not in path.parts
    ]


class FoundMessage(NamedTuple):
    """A message of the sources; its plural id and its context are empty where it has none."""

    file: str
    id: str
    plural: str = ""
    context: str = ""


def messages() -> Iterator[FoundMessage]:
    """Each message of each file, as often as the file has it."""
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            text = templatize(text, origin=str(path))
        found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS)
        for _line, message, _comments, context in found:
            ids = message if isinstance(message, tuple) else (message, "")
            yield FoundMessage(str(path.relative_to(ROOT)), ids[0], ids[1], context or "")


def read_catalogue(path: Path = CATALOGUE) -> Catalog:
    """The catalogue in a file."""
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def entries(catalogue: Catalog) -> list[Message]:
    """The messages of a catalogue without its header, which comes first."""
    return list(catalogue)[1:]


def singular(entry: Message) -> str:
    """The id of an entry without its plural."""
    return entry.id if isinstance(entry.id, str) else entry.id[0]


def chinese(entry: Message) -> str:
    """The translation of an entry, empty where it has none. It is the same for all numbers."""
    return (entry.string if isinstance(entry.string, str) else (entry.string or ("",))[0]) or ""


def updated_catalogue(known: Catalog, found: Iterable[FoundMessage]) -> Catalog:
    """The messages found, with the translations known, in the order of their first files and their ids."""
    merged, catalogue = Catalog(), Catalog(locale="zh_Hans")
    for file, message, plural, context in found:
        merged.add((message, plural) if plural else message, locations=[(file, 0)], context=context or None)
    for each in sorted(entries(merged), key=lambda each: (min(each.locations), singular(each), each.context or "")):
        old = known.get(each.id, each.context) or each
        string = chinese(old) if isinstance(each.id, str) else (chinese(old),)
        comments = old.user_comments
        added = catalogue.add(each.id, string, each.locations, old.flags, (), comments, context=each.context)
        added.flags.discard("python-format")  # Babel guesses it; tests/test_translations.py checks all placeholders
    return catalogue


def update(path: Path = CATALOGUE) -> None:
    """Bring the catalogue in line with the sources. Translations that are still used stay."""
    foreign = [FoundMessage("django", message, FOREIGN_PLURALS.get(message, "")) for message in FOREIGN]
    text = io.BytesIO()
    # Lines are not wrapped, so that a changed word changes only its line.
    catalogue = updated_catalogue(read_catalogue(path), [*messages(), *foreign])
    write_po(text, catalogue, width=0, omit_header=True, include_lineno=False)
    path.write_bytes(HEADER.encode() + text.getvalue().rstrip() + b"\n")


if __name__ == "__main__":
    update()
