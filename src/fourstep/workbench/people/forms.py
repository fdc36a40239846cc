"""Forms about one's own account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import PasswordChangeForm


class NewPasswordForm(PasswordChangeForm):
    """A new password; the account is no longer held up for one."""

    def save(self, commit: bool = True) -> Any:
        self.user.password_expired = False
        return super().save(commit)
