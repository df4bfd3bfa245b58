# The program in a small image: one static binary, certificates, time zones, an unprivileged user.
# Both base images are build arguments, for places where these two cannot be pulled.
#
#   docker build --build-arg VERSION=1.2.3 -t chargenote .
#   docker run --read-only --cap-drop ALL -p 8787:8787 -v /etc/chargenote:/etc/chargenote:ro chargenote
ARG BUILD_IMAGE=golang:1.26-bookworm
ARG RUN_IMAGE=gcr.io/distroless/static-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
LABEL dev.chargenote.stage=build
ARG GOPROXY
ARG VERSION=development
ENV CGO_ENABLED=0
WORKDIR /src
COPY . .
RUN go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /chargenote ./cmd/chargenote

FROM ${RUN_IMAGE}
LABEL org.opencontainers.image.title=chargenote
COPY --from=build /chargenote /usr/local/bin/chargenote
USER 65532:65532
EXPOSE 8787
ENTRYPOINT ["/usr/local/bin/chargenote"]
CMD ["serve", "--config", "/etc/chargenote/config.yaml"]
