# tsugi's toolchain and build in a container: docker build -t tsugi . && docker run --rm -it tsugi ./dev demo
FROM debian:13
COPY .toolchain/packages.txt .toolchain/install_packages.sh /opt/tsugi-toolchain/
RUN sh /opt/tsugi-toolchain/install_packages.sh
WORKDIR /tsugi
COPY . .
CMD ["./dev", "test"]
