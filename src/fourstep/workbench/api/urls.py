from django.urls import path

from fourstep.workbench.api import tokens
from fourstep.workbench.api.views import api

urlpatterns = [
    path("api/", api.urls),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:number>/withdraw/", tokens.withdraw, name="withdraw-token"),
    path("hooks/", tokens.hooks, name="hooks"),
    path("hooks/<int:number>/switch/", tokens.switch_hook, name="switch-hook"),
]
