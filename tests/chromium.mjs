// How tests and benchmarks start the browser: headless, with nothing of its own on the network.
//   TSUGI_CHROMIUM  the browser (default /usr/bin/chromium)

/** What `chromium.launch` of playwright-core takes. */
export const CHROMIUM = {
  executablePath: process.env.TSUGI_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
};
