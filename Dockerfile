# docker build -t gatescope . && docker run --rm -p 8000:8000 gatescope

FROM python:3.11.14-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /source
RUN python -m venv /opt/gatescope
COPY constraints.txt ./
# PyTorch's own index has the CPU-only build, without several gigabytes of CUDA libraries.
RUN /opt/gatescope/bin/pip install --no-deps -c constraints.txt --index-url https://download.pytorch.org/whl/cpu torch
RUN pip install -c constraints.txt hatchling
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY app ./app
COPY templates ./templates
COPY static ./static
COPY models ./models
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/gatescope/bin/pip install -c constraints.txt /wheels/*.whl

FROM python:3.11.14-slim-bookworm
RUN useradd --system --uid 10001 gatescope
COPY --from=build /opt/gatescope /opt/gatescope
ENV PATH="/opt/gatescope/bin:$PATH" PYTHONUNBUFFERED=1
USER gatescope
WORKDIR /srv
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gatescope", "serve", "--host", "0.0.0.0"]
