"""The reader's own account: name, time zone, and where the rest of it is."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from adminsite.forms import ProfileForm
from core.models import User
from organizations.models import RoleAssignment


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    user = User.objects.get(pk=cast(User, request.user).pk)  # a copy: a refused form must not rename the menu
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved")
        return redirect("profile")
    roles = (
        RoleAssignment.objects.filter(user=user).select_related("organization").order_by("organization__name", "role")
    )
    return render(request, "adminsite/profile.html", {"form": form, "roles": roles}, status=400 if form.errors else 200)
