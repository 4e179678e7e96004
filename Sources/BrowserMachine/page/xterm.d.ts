// The part of xterm.js 3.8 that console-terminal.js uses; xterm.js itself is made by make-site.
interface TerminalLines {
  length: number;
  ybase: number;
  translateBufferLineToString(line: number, trimRight: boolean): string;
  lines: { length: number; get(line: number): { isWrapped: boolean } };
}

export class Terminal {
  constructor(options: object);
  rows: number;
  cols: number;
  textarea: HTMLTextAreaElement;
  _core: { buffer: TerminalLines; applicationCursor: boolean };
  open(element: HTMLElement): void;
  write(text: string): void;
  resize(columns: number, rows: number): void;
  focus(): void;
  scrollToBottom(): void;
  reset(): void;
  on(event: 'data', listener: (text: string) => void): void;
  on(event: 'resize', listener: (size: { cols: number; rows: number }) => void): void;
  on(event: 'title', listener: (title: string) => void): void;
}

export function proposeGeometry(terminal: Terminal): { cols: number; rows: number } | null;
