"""The stand-in's accounts service: consent, codes, tokens."""

from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, jsonify, redirect, render_template, request

from scripts.standins import tokens
from scripts.standins.answers import Json
from scripts.standins.spotify_state import LISTENERS, State


def add_accounts(app: Flask, state: State) -> None:
    @app.get("/authorize")
    def authorize() -> Response | str:
        wanted = request.args
        problem = _authorize_problem()
        if problem is not None:
            return Response(f"INVALID_CLIENT: {problem}", 400, mimetype="text/plain")
        if (chosen := wanted.get("standin_listener")) is None:
            return render_template("consent.html", listeners=LISTENERS.values(), wanted=wanted)
        scope, redirect_uri = wanted.get("scope", ""), wanted["redirect_uri"]
        if chosen not in LISTENERS:
            granted = {"error": "access_denied"}
        else:
            granted = {"code": tokens.issue("code", chosen, scope, redirect_uri=redirect_uri)}
        if "state" in wanted:
            granted["state"] = wanted["state"]
        joint = "&" if urlsplit(redirect_uri).query else "?"
        return redirect(f"{redirect_uri}{joint}{urlencode(granted)}")  # type: ignore[return-value]  # werkzeug's, which Flask takes

    @app.post("/api/token")
    def token() -> tuple[Response, int] | Response:
        login = request.authorization
        if login is None or login.username != tokens.CLIENT_ID:
            return _oauth_error("invalid_client", "Invalid client")
        if login.password != tokens.CLIENT_SECRET:
            return _oauth_error("invalid_client", "Invalid client secret")
        match request.form.get("grant_type"):
            case "authorization_code":
                return _token_for_code(state)
            case "refresh_token":
                return _token_for_refresh(state)
            case "client_credentials":
                return _token_for_app()
            case _:
                return _oauth_error("unsupported_grant_type", "grant_type parameter is missing or unsupported")


def _authorize_problem() -> str | None:
    wanted = request.args
    if wanted.get("client_id") != tokens.CLIENT_ID:
        return "Invalid client"
    if wanted.get("response_type") != "code":
        return "response_type must be code"
    target = urlsplit(wanted.get("redirect_uri", ""))
    loopback = target.scheme == "http" and target.hostname in {"127.0.0.1", "::1"}
    if not loopback and not (target.scheme == "https" and target.hostname):
        return "Invalid redirect URI"
    return None


def _token_for_code(state: State) -> tuple[Response, int] | Response:
    code = request.form.get("code", "")
    told = tokens.read("code", code)
    if told is None or code in state.used_codes:
        return _oauth_error("invalid_grant", "Invalid authorization code")
    if told["redirect_uri"] != request.form.get("redirect_uri"):
        return _oauth_error("invalid_grant", "Invalid redirect URI")
    state.used_codes.add(code)
    return _granted(told, with_refresh=True)


def _token_for_refresh(state: State) -> tuple[Response, int] | Response:
    refresh = request.form.get("refresh_token", "")
    told = tokens.read("refresh", refresh)
    if told is None or refresh in state.revoked:
        return _oauth_error("invalid_grant", "Refresh token revoked")
    if state.rotates:
        state.revoked.add(refresh)
    return _granted(told, with_refresh=state.rotates)


def _token_for_app() -> Response:
    token = tokens.issue("app", listener="", scope="")
    return jsonify({"access_token": token, "token_type": "Bearer", "expires_in": tokens.ACCESS_LASTS})


def _granted(told: Json, with_refresh: bool) -> Response:
    listener, scope = told["listener"], told["scope"]
    granted = {
        "access_token": tokens.issue("access", listener, scope),
        "token_type": "Bearer",
        "scope": scope,
        "expires_in": tokens.ACCESS_LASTS,
    }
    if with_refresh:
        granted["refresh_token"] = tokens.issue("refresh", listener, scope)
    return jsonify(granted)


def _oauth_error(error: str, description: str) -> tuple[Response, int]:
    return jsonify(error=error, error_description=description), 400
