# With a GPU (the host has its driver and the NVIDIA Container Toolkit):
#   docker build -t nersemble .
#   docker run --gpus all -v "$PWD/captures:/data" -v "$PWD/models:/models" nersemble train 18 EMO-1-shout+laugh
# Without one, a quarter of the size:
#   docker build -t nersemble --build-arg PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu .
#   docker run nersemble demo
# .ci/run takes the same steps without Docker.
FROM python:3.12-slim
# Of equal versions pip prefers the one for the CPU, whose version ends in +cpu.
ARG PIP_EXTRA_INDEX_URL
ARG PIP_NO_CACHE_DIR=1
RUN --mount=type=bind,target=/source /source/.ci/packages
RUN --mount=type=bind,target=/source,rw /source/.ci/install /opt/nersemble
ENV PATH=/opt/nersemble/bin:$PATH \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    NERSEMBLE_DATA_PATH=/data \
    NERSEMBLE_MODELS_PATH=/models \
    NERSEMBLE_RENDERS_PATH=/renders
ENTRYPOINT ["nersemble"]
CMD ["--help"]
