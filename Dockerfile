# The product's one image: every service of docker-compose.yml that is ours runs it with another command.
FROM python:3.12-slim AS build
WORKDIR /product
COPY requirements/run.txt requirements/run.txt
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/run.txt

FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/product/.venv/bin:$PATH PORTAL_HOME=/home/portal/state
RUN useradd --uid 10001 --create-home portal \
    && install -d -o portal -g portal -m 0700 /home/portal/state /home/portal/state/ca /home/portal/state/caddy /home/portal/state/run
WORKDIR /product
COPY --from=build /product/.venv .venv
COPY manage.py pyproject.toml ./
COPY templates templates
COPY adminsite adminsite
COPY analytics analytics
COPY core core
COPY domains domains
COPY operations operations
COPY organizations organizations
COPY portals portals
COPY provisioning provisioning
COPY solutions solutions
COPY websites websites
USER 10001
EXPOSE 8001 8002 8080 8443 8443/udp
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8001", "--workers", "2", "--blocking-threads", "4", "--no-ws", "adminsite.wsgi:application"]
