"""The form of the comment with which records are returned."""

from django import forms
from django.utils.translation import gettext_lazy

from revival.accounts.signs import refuse_unseen_in_lines


class CommentForm(forms.Form):
    """What is to be corrected in the records that are returned."""

    comment = forms.CharField(
        max_length=2000,
        label=gettext_lazy("Comment"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        validators=[refuse_unseen_in_lines],
        error_messages={"required": gettext_lazy("Say what is to be corrected.")},
    )
