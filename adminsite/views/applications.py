"""The Applications tab: portals and the licences that wait for one."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def applications(request: HttpRequest) -> HttpResponse:
    return render(request, "adminsite/applications.html")
