// A disk that is a file of this computer.
import fs from 'node:fs';
import { serveDisk } from '../machine/disk.js';

/** As `DiskFile` of machine/disk.js says. */
class NodeDiskFile {
  /** @param {number} fd */
  constructor(fd) {
    this.fd = fd;
  }

  /** @param {Uint8Array} to @param {number} at */
  read(to, at) {
    for (let done = 0; done < to.length;) {
      const n = fs.readSync(this.fd, to, done, to.length - done, at + done);
      if (n === 0) throw new Error(`the disk's file ends before ${at + to.length} bytes`);
      done += n;
    }
  }

  /** @param {Uint8Array} from @param {number} at */
  write(from, at) {
    for (let done = 0; done < from.length;) done += fs.writeSync(this.fd, from, done, from.length - done, at + done);
  }

  flush() {
    fs.fdatasyncSync(this.fd);
  }
}

/**
 * Serves a machine; returns when it has ended.
 * @param {{path: string, control: SharedArrayBuffer, memory: WebAssembly.Memory}} disk
 * @param {(text: string) => void} log
 */
export function serveFile(disk, log) {
  const fd = fs.openSync(disk.path, 'r+');
  serveDisk(new NodeDiskFile(fd), disk, (trouble) => log(`${disk.path}: ${trouble}`));
  fs.closeSync(fd);
}
