# One service in a container, from the repository's root:
#   docker build --build-arg SERVICE=intake -f deploy/service.Dockerfile .
# The operator's command line is built with SERVICE=liuchi and SOURCE=deploy/src.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS dependencies
ARG PIP_INDEX_URL
COPY deploy/runtime.lock /tmp/runtime.lock
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/runtime.lock

FROM ${PYTHON_IMAGE}
ARG SERVICE
ARG SOURCE=services/${SERVICE}/src
# The folder of the development issuer's keys, so that a volume put there belongs to the user.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin liuchi \
    && install -d -o 10001 -g 10001 /var/lib/liuchi /var/lib/liuchi/issuer
COPY --from=dependencies /venv /venv
COPY contracts/src/ services/chassis/src/ ${SOURCE}/ /app/
ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    LIUCHI_HOME=/var/lib/liuchi \
    SERVICE=${SERVICE}
RUN python -m compileall -q /app
WORKDIR /var/lib/liuchi
USER 10001:10001
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=12 CMD ["python", "-c", \
    "import os, urllib.request as u; port = os.environ[os.environ['SERVICE'].upper() + '_PORT']; u.urlopen(f'http://127.0.0.1:{port}/health/ready', timeout=3)"]
CMD ["sh", "-c", "exec python -m \"$SERVICE\""]
