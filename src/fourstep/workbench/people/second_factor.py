"""The second factor: a time-based code from the person's own device (TOTP), set up once and asked for at each sign-in."""

from __future__ import annotations

import base64
import io

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django_otp import login as verified
from django_otp import match_token
from django_otp.plugins.otp_totp.models import TOTPDevice

from fourstep.workbench.people import actions
from fourstep.workbench.people.gate import signed_in
from fourstep.workbench.people.who import who


@signed_in
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the moment. Wrong ones are counted, and slow down the next try."""
    person, following = who(request), request.GET.get("next", "/")
    if request.method == "POST":
        device = match_token(person, _code(request))
        if device is not None:
            verified(request, device)
            safe = url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()})
            return redirect(following if safe else "/")
        messages.error(request, "That is not the code of the moment. After wrong codes, wait before the next.")
    return render(request, "people/second_factor.html")


@signed_in
def set_up(request: HttpRequest) -> HttpResponse:
    """Take a device into use: it counts only when it has given a right code."""
    person = who(request)
    if TOTPDevice.objects.filter(user=person, confirmed=True).exists():
        return render(request, "people/second_factor_there.html")
    device, _ = TOTPDevice.objects.get_or_create(user=person, confirmed=False, defaults={"name": "authenticator"})
    if request.method == "POST":
        if device.verify_token(_code(request)):
            actions.confirm_device(person, device)
            verified(request, device)
            messages.success(request, "From now on a code is asked for at each sign-in.")
            return redirect("home")
        messages.error(request, "That is not the code of the moment. Is the device's clock right?")
    secret = base64.b32encode(device.bin_key).decode()
    return render(request, "people/second_factor_set_up.html", {"picture": _picture(device.config_url), "secret": secret})


def _code(request: HttpRequest) -> str:
    return request.POST.get("code", "").replace(" ", "")[:12]


def _picture(address: str) -> str:
    """A QR code as the address of an SVG picture."""
    buffer = io.BytesIO()
    segno.make(address, error="m").save(buffer, kind="svg", scale=5)
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()
