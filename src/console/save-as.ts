/** Gives the person a file that was made here. */
export function saveAs(fileName: string, type: string, text: string): void {
  saveFile(fileName, new Blob([text], { type }));
}

/** Gives the person a table of lines that were made here, as spreadsheets read it. */
export function saveLines(fileName: string, lines: readonly string[]): void {
  saveAs(fileName, 'text/csv', `\ufeff${lines.join('\r\n')}\r\n`);
}

/** Gives the person a file that was fetched. */
export function saveFile(fileName: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
