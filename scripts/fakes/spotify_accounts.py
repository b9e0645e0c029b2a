"""The accounts service of the fake Spotify: consent, authorization codes, tokens."""

from urllib.parse import urlencode, urlsplit

import werkzeug
from flask import Flask, Response, jsonify, redirect, render_template, request

from scripts.fakes import tokens
from scripts.fakes.spotify_responses import Json
from scripts.fakes.spotify_state import LISTENERS, State

_TokenResponse = tuple[Response, int] | Response


def add_accounts_routes(app: Flask, state: State) -> None:
    @app.get("/authorize")
    def authorize() -> werkzeug.Response | str:
        """Show the consent page, or redirect back if `fake_listener` answers it."""
        query = request.args
        if (problem := _find_authorize_problem()) is not None:
            return Response(f"INVALID_CLIENT: {problem}", 400, mimetype="text/plain")
        if (listener := query.get("fake_listener")) is None:
            artists = len(state.music.top_artists)
            playlists = sum(not playlist.hidden for playlist in state.playlists.values())
            context = {"artists": artists, "playlists": playlists, "listeners": LISTENERS.values(), "query": query}
            return render_template("consent.html", **context)
        scope, redirect_uri = query.get("scope", ""), query["redirect_uri"]
        if listener not in LISTENERS:
            result = {"error": "access_denied"}
        else:
            result = {"code": tokens.issue_token("code", listener, scope, redirect_uri=redirect_uri)}
        if "state" in query:
            result["state"] = query["state"]
        separator = "&" if urlsplit(redirect_uri).query else "?"
        return redirect(f"{redirect_uri}{separator}{urlencode(result)}")

    @app.post("/api/token")
    def issue_token() -> _TokenResponse:
        login = request.authorization
        if login is None or login.username != tokens.CLIENT_ID:
            return _oauth_error("invalid_client", "Invalid client")
        if login.password != tokens.CLIENT_SECRET:
            return _oauth_error("invalid_client", "Invalid client secret")
        match request.form.get("grant_type"):
            case "authorization_code":
                return _exchange_code(state)
            case "refresh_token":
                return _refresh_token(state)
            case "client_credentials":
                token = tokens.issue_token("app", listener="", scope="")
                return jsonify({"access_token": token, "token_type": "Bearer", "expires_in": tokens.ACCESS_SECONDS})
            case _:
                return _oauth_error("unsupported_grant_type", "grant_type parameter is missing or unsupported")


def _find_authorize_problem() -> str | None:
    query = request.args
    if query.get("client_id") != tokens.CLIENT_ID:
        return "Invalid client"
    if query.get("response_type") != "code":
        return "response_type must be code"
    target = urlsplit(query.get("redirect_uri", ""))
    loopback = target.scheme == "http" and target.hostname in {"127.0.0.1", "::1"}
    if not loopback and not (target.scheme == "https" and target.hostname):
        return "Invalid redirect URI"
    return None


def _exchange_code(state: State) -> _TokenResponse:
    code = request.form.get("code", "")
    payload = tokens.read_token("code", code)
    if payload is None or code in state.used_codes:
        return _oauth_error("invalid_grant", "Invalid authorization code")
    if payload["redirect_uri"] != request.form.get("redirect_uri"):
        return _oauth_error("invalid_grant", "Invalid redirect URI")
    state.used_codes.add(code)
    return _issue_listener_tokens(payload, with_refresh=True)


def _refresh_token(state: State) -> _TokenResponse:
    refresh = request.form.get("refresh_token", "")
    payload = tokens.read_token("refresh", refresh)
    if payload is None or refresh in state.revoked:
        return _oauth_error("invalid_grant", "Refresh token revoked")
    if state.rotates:
        state.revoked.add(refresh)
    return _issue_listener_tokens(payload, with_refresh=state.rotates)


def _issue_listener_tokens(payload: Json, with_refresh: bool) -> Response:
    listener, scope = payload["listener"], payload["scope"]
    body = {
        "access_token": tokens.issue_token("access", listener, scope),
        "token_type": "Bearer",
        "scope": scope,
        "expires_in": tokens.ACCESS_SECONDS,
    }
    if with_refresh:
        body["refresh_token"] = tokens.issue_token("refresh", listener, scope)
    return jsonify(body)


def _oauth_error(error: str, description: str) -> tuple[Response, int]:
    return jsonify(error=error, error_description=description), 400
