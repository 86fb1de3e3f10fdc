"""The product's settings except one: passwords are hashed at once, where the product takes half a second."""

from revival.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
