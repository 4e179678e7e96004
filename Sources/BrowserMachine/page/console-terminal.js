// The console: xterm.js bound to a machine's bytes.
import { Terminal, proposeGeometry } from './xterm.js';

const SCROLLBACK_LINES = 5000;
const THEME = {
  background: '#101418', foreground: '#e4e8ec', cursor: '#f0c674', selection: '#4a5a6a88',
  black: '#1d2329', red: '#e06c75', green: '#98c379', yellow: '#e5c07b',
  blue: '#6cb0f0', magenta: '#c98fe0', cyan: '#5fc4ce', white: '#c8ced6',
  brightBlack: '#7a8592', brightRed: '#ff8b93', brightGreen: '#b5e08f', brightYellow: '#ffdf9e',
  brightBlue: '#90c8ff', brightMagenta: '#e0b0f5', brightCyan: '#86e1ea', brightWhite: '#ffffff',
};
/** Last bytes of the cursor keys' sequences. */
const ARROWS = { up: 'A', down: 'B', right: 'C', left: 'D' };

export class ConsoleTerminal {
  /**
   * @param {HTMLElement} element filled by the terminal
   * @param {{onInput: (text: string) => void, onResize: (columns: number, rows: number) => void, fontSize?: number}} hooks
   */
  constructor(element, { onInput, onResize, fontSize = 15 }) {
    this.onInput = onInput;
    this.decoder = new TextDecoder();
    /** Modifiers of the key row that wait for the next key. */
    this.held = { control: false, alt: false };
    /** Called when a held modifier was used up. */
    this.onReleased = () => {};
    this.terminal = new Terminal({
      cols: 80, rows: 24, cursorBlink: true, lineHeight: 1.15, fontFamily: '"DejaVu Sans Mono", Menlo, Consolas, monospace', fontSize,
      scrollback: SCROLLBACK_LINES, theme: THEME, rendererType: 'canvas',
    });
    this.terminal.open(element);
    this.terminal.on('data', (text) => this.onInput(this.modified(text)));
    this.terminal.on('resize', ({ cols, rows }) => onResize(cols, rows));
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(element);
    this.fit();
  }

  get size() {
    return { rows: this.terminal.rows, columns: this.terminal.cols };
  }

  /** As many rows and columns as the element has room for. */
  fit() {
    const size = proposeGeometry(this.terminal);
    if (!size || !(size.cols > 1 && size.rows > 1)) return; // not shown
    if (size.cols !== this.terminal.cols || size.rows !== this.terminal.rows) this.terminal.resize(size.cols, size.rows);
  }

  /** @param {Uint8Array} bytes UTF-8, cut anywhere */
  write(bytes) {
    this.terminal.write(this.decoder.decode(bytes, { stream: true }));
  }

  focus() {
    this.terminal.focus();
  }

  clear() {
    this.terminal.reset();
  }

  /**
   * Keys of the key row.
   * @param {string} text
   */
  press(text) {
    this.onInput(this.modified(text));
    this.terminal.scrollToBottom();
  }

  /** @param {keyof typeof ARROWS} direction */
  pressArrow(direction) {
    this.press((this.terminal._core.applicationCursor ? '\x1bO' : '\x1b[') + ARROWS[direction]);
  }

  /**
   * What held modifiers make of a key.
   * @param {string} text
   */
  modified(text) {
    const { control, alt } = this.held;
    if (!control && !alt) return text;
    this.held = { control: false, alt: false };
    this.onReleased();
    if (control && text.length === 1) text = String.fromCharCode(text.toUpperCase().charCodeAt(0) & 0x1f);
    return alt ? '\x1b' + text : text;
  }

  /** Everything on the screen and in the scrollback, lines that were wrapped put together. */
  text() {
    const { buffer } = this.terminal._core;
    let text = '';
    for (let i = 0; i < buffer.lines.length; i++) {
      if (i > 0 && !buffer.lines.get(i).isWrapped) text += '\n';
      text += buffer.translateBufferLineToString(i, true);
    }
    return text.trimEnd();
  }
}
