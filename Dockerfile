# One image for the server, the migration and the report worker. BASE may be any Debian-like
# image with python3 (3.11 or newer) and its venv module.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
# An optional part to install as well: --build-arg EXTRA=meaning
ARG EXTRA=""
WORKDIR /src
RUN python3 -m venv /opt/duijie
COPY requirements.lock ./
RUN /opt/duijie/bin/python -m pip install --disable-pip-version-check --no-cache-dir \
    --require-hashes --only-binary :all: --requirement requirements.lock
COPY . .
RUN test -z "${EXTRA}" || /opt/duijie/bin/python -m pip install --disable-pip-version-check \
    --no-cache-dir --require-hashes --only-binary :all: --requirement "requirements-${EXTRA}.lock"
RUN /opt/duijie/bin/python -m pip install --disable-pip-version-check --no-cache-dir \
    --no-deps --no-build-isolation .

FROM ${BASE}
LABEL org.opencontainers.image.title="Duijie" \
      org.opencontainers.image.description="Finds which industrial clusters should meet, and says why in their own words" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 duijie \
    && useradd --uid 10001 --gid duijie --home-dir /data --no-create-home --shell /usr/sbin/nologin duijie \
    && install --directory --owner duijie --group duijie --mode 0750 /data
COPY --from=build /opt/duijie /opt/duijie
ENV PATH=/opt/duijie/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DUIJIE_DATA_DIR=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ.get('DUIJIE_PORT', '8000')}/healthz\", timeout=4)"]
ENTRYPOINT ["duijie"]
CMD ["serve", "--host", "0.0.0.0"]
