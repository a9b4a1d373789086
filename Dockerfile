# syntax=docker/dockerfile:1
FROM python:3.11.14-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
# With --build-arg LOCK=requirements-vectors.lock the image has word vectors (docs/matching.md).
ARG LOCK=requirements.lock
COPY ${LOCK} requirements.lock
RUN python -m venv /opt/assistant \
    && /opt/assistant/bin/python -m pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY handlers ./handlers
COPY knowledge ./knowledge
RUN /opt/assistant/bin/python -m pip install --no-deps .

FROM python:3.11.14-slim-bookworm
LABEL org.opencontainers.image.title="territoire-assistant" \
      org.opencontainers.image.licenses="MIT"
RUN useradd --system --uid 10001 --create-home --home-dir /srv/assistant assistant
COPY --from=build /opt/assistant /opt/assistant
USER 10001
WORKDIR /srv/assistant
# The database and what was learnt from the knowledge folder live in data/: mount it.
RUN mkdir data
VOLUME ["/srv/assistant/data"]
ENV PATH=/opt/assistant/bin:$PATH PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8080
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/health/live\", timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["territoire-assistant"]
CMD ["serve"]
