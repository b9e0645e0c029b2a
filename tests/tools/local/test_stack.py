from unittest.mock import Mock

import pytest

from scripts.local import startup
from scripts.local.startup import run_stack


def test_stack_with_own_app_uses_the_real_services(monkeypatch, template):
    deploy = Mock(side_effect=RuntimeError("deployed"))
    monkeypatch.setattr(startup.deployment, "build", lambda: None)
    monkeypatch.setattr(startup.deployment, "deploy", deploy)
    monkeypatch.setattr(startup.Emulator, "start", lambda *_: Mock())
    with pytest.raises(RuntimeError, match="deployed"), run_stack(mode=None):
        pass
    _, parameters = deploy.call_args.args
    assert parameters.keys() == {"PublicUrl", "CandidatesAtOnce"}
    defaults = {name: parameter.get("Default") for name, parameter in template["Parameters"].items()}
    assert defaults["SpotifyApiUrl"] == "https://api.spotify.com/v1/"
    assert defaults["SpotifyAccountsUrl"] == "https://accounts.spotify.com"
    assert defaults["ArtworkOrigins"].startswith("https://i.scdn.co")


def test_state_is_private_and_of_one_stack(tmp_path):
    with startup._lock_state(tmp_path / "state"):
        assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
        with pytest.raises(RuntimeError, match="already running"), startup._lock_state(tmp_path / "state"):
            pass
    with startup._lock_state(tmp_path / "state"):
        assert (tmp_path / "state" / "lock").is_file()
