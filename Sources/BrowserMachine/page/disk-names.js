// Where disks lie in the origin's private file system, and the lock by which tabs know that one is in use.

export const DISK_FOLDER = 'apkfarm-disks';

/** @param {string} name of a disk: letters, digits, - */
export function fileName(name) {
  return `${name}.img`;
}

/** A tab that was just closed lets its locks go a moment later: Chromium gives its workers two seconds to end. */
const LOCK_PATIENCE_MS = 4000;

/**
 * Does work while no other tab can have the disk.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} Throws a DOMException, AbortError, while another tab has it.
 */
export function withDiskLock(name, work) {
  return new Promise((resolve, reject) => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), LOCK_PATIENCE_MS);
    navigator.locks.request(`apkfarm-disk-${name}`, { signal: patience.signal }, async () => {
      clearTimeout(timer);
      await work().then(resolve, reject);
    }).catch(reject);
  });
}
