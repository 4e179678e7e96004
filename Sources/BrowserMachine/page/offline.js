// Starts without a network: the page's side of service-worker.js.

const SCRIPT = new URL('../service-worker.js', import.meta.url);

/**
 * Has the browser keep the site's files. Called when they have been loaded anyway.
 * @returns {Promise<boolean>} whether the next start needs no network
 */
export async function keepSite() {
  if (!navigator.serviceWorker) return false;
  const registration = await navigator.serviceWorker.register(SCRIPT);
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  return new Promise((resolve) => {
    const look = () => {
      if (worker?.state === 'activated' || worker?.state === 'installed') resolve(true);
      if (worker?.state === 'redundant') resolve(false);
    };
    worker?.addEventListener('statechange', look);
    look();
  });
}

/**
 * Lets a newer version of the site, if the browser has one, take over; then the page is loaded anew. To be called before a
 * machine is booted.
 */
export async function takeNewest() {
  const registration = await navigator.serviceWorker?.getRegistration(SCRIPT);
  if (!registration?.waiting || !navigator.serviceWorker.controller) return;
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  registration.waiting.postMessage('take-over');
}

/**
 * Whether the browser has all of these files of the site, so that nothing is downloaded when they are loaded.
 * @param {string[]} urls
 */
export async function areKept(urls) {
  if (!navigator.serviceWorker?.controller) return false;
  const base = new URL('./', SCRIPT).href;
  // Names are those of service-worker.js: kept/DIGEST/PATH.
  const kept = (await (await caches.open('apkfarm-site')).keys()).map(({ url }) => url.slice(base.length).replace(/^kept\/[0-9a-f]+\//, ''));
  return urls.every((url) => url.startsWith(base) && kept.includes(url.slice(base.length)));
}
