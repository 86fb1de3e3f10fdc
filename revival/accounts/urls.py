"""Signing in and out, the password and the language. Django's names are used, so that its redirects find them."""

from django.contrib.auth import views as auth
from django.urls import path

from revival.accounts import views

# The admin has templates with Django's own names for these pages, so ours have other names.
urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path(
        "password/",
        auth.PasswordChangeView.as_view(template_name="registration/password.html"),
        name="password_change",
    ),
    path(
        "password/done/",
        auth.PasswordChangeDoneView.as_view(template_name="registration/password_done.html"),
        name="password_change_done",
    ),
    path("language/<slug:code>/", views.language, name="language"),
]
