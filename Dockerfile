# The local stack for a home server, with the owner's own Spotify app (docs/home.md).
# The tag, and no digest, so that a rebuild gets Debian's security updates.
FROM debian:trixie-slim AS base
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates python3 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app

# Builds the models and the layers; needs the network for pinned packages.
FROM base AS build
RUN apt-get update && apt-get install --yes --no-install-recommends make npm python3-venv
COPY . .
RUN make .venv/code/.ready .venv/tools/.ready .venv/home/.ready
RUN make home

FROM base
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin coverart \
 && mkdir -p build/local/run build/local/deploy out /data && chown coverart build/local/run build/local/deploy /data
COPY --from=build /app/.venv/home .venv/home
# One environment is enough: each function's own layers come first in its path.
RUN ln -s home .venv/tools && ln -s home .venv/runtime
COPY --from=build /app/build/local/stack build/local/stack
COPY --from=build /app/functions functions
COPY template.yaml LICENSE ./
COPY scripts scripts
COPY docs/third-party.md docs/third-party.md
COPY tests/tools/specs tests/tools/specs
USER coverart
ENV PUBLIC_URL=http://127.0.0.1:8000 PYTHONPATH=functions:. PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=15s --start-period=120s --start-interval=2s \
  CMD [".venv/home/bin/python", "-m", "scripts.local.health", "8000"]
CMD [".venv/home/bin/python", "-m", "scripts.run", "--host", "0.0.0.0", "--state", "/data"]
