import { made } from './view.ts';

/** Asks before something is done. Resolves to whether it is to be done; Escape means no. */
export function confirmed(question: string, deed: string): Promise<boolean> {
  const cancel = made('button', 'btn', 'Cancel');
  const confirm = made('button', 'btn btn-primary', deed);
  cancel.value = 'no';
  confirm.value = 'yes';
  const form = made('form', 'answers', cancel, confirm);
  form.method = 'dialog';
  const text = made('p', 'question', question);
  text.id = 'question';
  const dialog = made('dialog', 'confirmation', text, form);
  dialog.setAttribute('aria-labelledby', text.id);
  return new Promise((resolve) => {
    opened(dialog, () => resolve(dialog.returnValue === 'yes'));
    // Who presses Enter twice has not read the question.
    cancel.focus();
  });
}

/** Shows something over the page until it is closed. Returns what closes it. */
export function popup(content: Node): () => void {
  const close = made('button', 'btn', 'Close');
  const form = made('form', 'answers', close);
  form.method = 'dialog';
  const dialog = made('dialog', 'popup', made('div', 'popup-content', content), form);
  dialog.setAttribute('aria-label', 'Answer');
  opened(dialog, () => {});
  return () => dialog.close();
}

/** Focus goes back to where it was when the dialog closes, as browsers have it. */
function opened(dialog: HTMLDialogElement, onClose: () => void): void {
  dialog.addEventListener('close', () => {
    dialog.remove();
    onClose();
  });
  document.body.append(dialog);
  dialog.showModal();
}
