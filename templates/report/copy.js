'use strict';
// Copies of what is shown: rows as CSV on the clipboard, drawings as SVG files.
(() => {
  /** A field as RFC 4180 has it; text that a spreadsheet would take for a formula is kept from being one. */
  function field(value) {
    if (value === null) return '';
    const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  page.csv = ({ columns, rows }) => [columns, ...rows].map((row) => row.map(field).join(',') + '\r\n').join('');

  page.copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.body.appendChild(document.createElement('textarea'));
      area.value = text;
      area.select();
      document.execCommand('copy');
      area.remove();
    }
  };

  page.save = (name, text) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  for (const button of document.querySelectorAll('[data-do="csv"]'))
    button.addEventListener('click', async () => {
      const block = button.closest('[id]');
      await page.copy(page.csv(page.data[block.id]));
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy CSV'), 1500);
    });
})();
