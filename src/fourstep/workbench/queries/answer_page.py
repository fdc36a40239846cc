"""The page behind a query's link: for someone without an account, and showing only what the answer needs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from fourstep.workbench.people.gate import open_page
from fourstep.workbench.queries import presenter
from fourstep.workbench.queries.answering import Answer, give
from fourstep.workbench.queries.forms import AnswerForm
from fourstep.workbench.queries.links import Standing, open_link

_STATUS = {Standing.GOOD: 200, Standing.FORGED: 404}
_GONE = 410


@open_page
@never_cache
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The question, or why the link no longer is good. What a link was about is not told once it has ended.

    Who is signed in to the workbench sees the page and cannot answer: the answer is the addressee's.
    """
    opened = open_link(token)
    if opened.query is None:
        return _ended(request, opened.standing)
    query = opened.query
    inside = request.user.is_authenticated
    form = AnswerForm(query, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not inside and form.is_valid():
        given = form.cleaned_data
        ticked = tuple(int(n) for n in given["ticked"])
        done = give(token, Answer(given["name"], given["grade"], ticked, given["words"], given["cannot_say"]))
        return _ended(request, done.standing, thanks=True) if done.query else _ended(request, done.standing)
    context = {"query": query, "form": form, "quotes": presenter.quotes(query), "inside": inside, "episode": query.episode}
    return _private(render(request, "queries/answer.html", context))


def _ended(request: HttpRequest, standing: Standing, *, thanks: bool = False) -> HttpResponse:
    status = 200 if thanks else _STATUS.get(standing, _GONE)
    return _private(render(request, "queries/ended.html", {"standing": standing.value, "thanks": thanks}, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    """No search engine keeps the page; `same-origin` (settings) keeps its address from other sites."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
