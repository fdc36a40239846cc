from django.urls import path

from fourstep.workbench.people import accounts, oidc, second_factor, views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/", views.password, name="password"),
    path("second-factor/", second_factor.second_factor, name="second-factor"),
    path("second-factor/set-up/", second_factor.set_up, name="second-factor-set-up"),
    path("sign-in/provider/", oidc.begin, name="oidc"),
    path("sign-in/provider/back/", oidc.back, name="oidc-back"),
    path("people/", accounts.people, name="people"),
    path("people/new/", accounts.new_person, name="new-person"),
    path("people/<int:number>/", accounts.person, name="person"),
    path("people/<int:number>/renew/", accounts.renew, name="renew-password"),
    path("people/<int:number>/forget-device/", accounts.forget_device, name="forget-device"),
    path("people/grid/", views.grid, name="grid"),
]
