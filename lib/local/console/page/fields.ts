type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** What stands in the fields of a widget, by their names, as a form would send it. */
export function fieldValues(root: ParentNode): Record<string, string> {
  const values: Record<string, string> = {};
  for (const field of fieldsOf(root)) {
    if (!isCheckable(field) || field.checked) values[field.name] = field.value;
  }
  return values;
}

/** Fields in which somebody has entered something that the widget did not bring. */
export function changedFields(root: ParentNode): Field[] {
  return fieldsOf(root).filter((field) => {
    if (isCheckable(field)) return field.checked !== field.defaultChecked;
    if (field instanceof HTMLSelectElement)
      return [...field.options].some((one) => one.selected !== one.defaultSelected);
    return field.value !== field.defaultValue;
  });
}

/** Enters again what was entered in fields that are gone. Returns whether each has one to stand in. */
export function enterAgain(entered: readonly Field[], root: ParentNode): boolean {
  const fields = fieldsOf(root);
  return entered.every((before) => {
    const after = fields.find(
      (field) => field.name === before.name && (!isCheckable(before) || field.value === before.value),
    );
    if (after === undefined) return false;
    if (isCheckable(after) && isCheckable(before)) after.checked = before.checked;
    else after.value = before.value;
    return true;
  });
}

export function isField(target: Element | null): boolean {
  return target instanceof Element && target.matches('input, textarea, select');
}

function fieldsOf(root: ParentNode): Field[] {
  return [...root.querySelectorAll<Field>('input[name], textarea[name], select[name]')];
}

function isCheckable(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio');
}
