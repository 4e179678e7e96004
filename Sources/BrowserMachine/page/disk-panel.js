// The page's part about the disk: what of it lies in this browser, and the buttons to export, import and erase it.
import { Disk } from './disk.js';

/** @param {number} bytes */
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

/**
 * Offers a file to save.
 * @param {Blob} content
 * @param {string} name
 */
export function save(content, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

export class DiskPanel {
  /**
   * @param {(id: string) => HTMLElement} find
   * @param {(text: string) => void} tell what happened, or went wrong
   */
  constructor(find, tell) {
    this.tell = tell;
    this.status = find('disk-status');
    this.buttons = ['disk-export', 'disk-import', 'disk-erase'].map((id) => /** @type {HTMLButtonElement} */ (find(id)));
    find('disk-export').addEventListener('click', () => this.busy('Packing the disk …', () => this.exportDisk()));
    find('disk-erase').addEventListener('click', () => this.busy('Erasing …', () => this.eraseDisk()));
    const chosen = /** @type {HTMLInputElement} */ (find('disk-image'));
    chosen.addEventListener('change', () => this.busy('Unpacking the disk …', () => this.importDisk(chosen.files?.[0])));
    find('disk-import').addEventListener('click', () => chosen.click());
  }

  /** Says how things are. */
  async show() {
    let size = 0;
    try {
      size = await Disk.size();
    } catch (error) {
      this.status.textContent = `There can be no disk here: ${/** @type {Error} */ (error).message}.`;
      for (const button of this.buttons) button.disabled = true;
      return;
    }
    const isKept = size > 0 && await navigator.storage.persisted();
    this.status.textContent = size === 0
      ? 'Your disk: none yet. The first start makes one.'
      : `Your disk: ${megabytes(size)}, in this browser. ` + (isKept
        ? 'The browser has promised to keep it.'
        : 'The browser may erase it when the computer runs out of storage, and does when you clear the data of this site: export it now and then.');
    for (const button of this.buttons) button.disabled = size === 0 && button.id !== 'disk-import';
  }

  /**
   * @param {string} doing
   * @param {() => Promise<string>} work says what it did
   */
  async busy(doing, work) {
    for (const button of this.buttons) button.disabled = true;
    this.tell(doing);
    try {
      this.tell(await work());
    } catch (error) {
      this.tell(`${/** @type {Error} */ (error).message}.`);
    }
    await this.show();
  }

  async exportDisk() {
    const image = await Disk.export();
    save(image, 'apkfarm-disk.img.gz');
    return `The disk is exported: ${megabytes(image.size)}, packed.`;
  }

  async eraseDisk() {
    if (!confirm('Erase the disk, with all files and packages on it? There is no way back but an exported image.')) return 'Nothing was erased.';
    await Disk.erase();
    return 'The disk is erased.';
  }

  /** @param {File | undefined} image */
  async importDisk(image) {
    if (!image) return 'Nothing was imported.';
    if (await Disk.size() && !confirm('Put this image in place of the disk that is there? What is on that is lost.')) return 'Nothing was imported.';
    const disk = await Disk.import({ image });
    await disk.close();
    return `The disk is imported: ${megabytes(disk.bytes)}.`;
  }
}
