# syntax=docker/dockerfile:1
# Two stages: the toolchain builds and strips the agent, then only the program, the libraries it
# is linked with and the TLS roots go on. The result has no shell and no package manager.

FROM swift:6.3-bookworm AS build
WORKDIR /src

# The same list of packages as `make build`: scripts/packages, set `build`.
COPY scripts/ scripts/
RUN scripts/install-packages build

# Dependencies change less often than sources: they get a layer of their own.
COPY Package.swift ./
RUN swift package resolve

COPY Sources/ Sources/
COPY Tests/ Tests/
RUN swift build -c release --static-swift-stdlib --product martlet \
    && strip -o /tmp/martlet .build/release/martlet \
    && scripts/collect-runtime /tmp/martlet /runtime
COPY LICENSE /runtime/usr/share/doc/martlet/copyright

FROM scratch
LABEL org.opencontainers.image.title="martlet" \
      org.opencontainers.image.description="One observability agent per Kubernetes node: metrics and logs" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /runtime/ /
# Where OpenSSL looks first; a receiver's own CA is set in the configuration instead.
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
EXPOSE 9470
# Which user it runs as is the manifest's decision: reading other users' logs takes root.
ENTRYPOINT ["/usr/bin/martlet"]
CMD ["run", "--config", "/etc/martlet/martlet.yaml"]
