/**
 * Buttons, dropdowns and checkboxes: the one file that knows `@vscode/webview-ui-toolkit`. The toolkit is archived, so
 * everything else sees only the thin functions here and a move to another library stays a day's work. The toolkit reads
 * the theme when the window loads, so this module must be part of the script the page itself names, never a lazy chunk.
 */
import {
  type Button,
  type Checkbox,
  type Dropdown,
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
} from '@vscode/webview-ui-toolkit';
import { applyOptions, element, setAttribute, setText } from './element';
import { type IconName, icon, setIcon } from './icons';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption());

export interface Control {
  readonly element: HTMLElement;
}

/** A button with words, and an icon before them if one is named. */
export function button(
  label: string,
  options: { test: string; icon?: IconName; primary?: boolean; title?: string },
  onClick: () => void,
): Control {
  const made = document.createElement('vscode-button') as Button;
  made.setAttribute('appearance', options.primary ? 'primary' : 'secondary');
  applyOptions(made, { test: options.test, title: options.title });
  if (options.icon !== undefined) {
    const start = icon(options.icon);
    start.setAttribute('slot', 'start');
    made.append(start);
  }
  // Where room is short the stylesheet hides the word; the name stays.
  made.setAttribute('aria-label', label);
  // Not a span: the toolkit gives slotted spans the size of an icon.
  made.append(element('bdi', { class: 'button-word', text: label }));
  made.addEventListener('click', onClick);
  return { element: made };
}

export function setLabel(control: Control, label: string): void {
  setAttribute(control.element, 'aria-label', label);
  setText(control.element.lastElementChild!, label);
}

export interface IconControl extends Control {
  readonly icon: SVGSVGElement;
}

/** A button that is an icon; `label` is its name for screen readers and its tooltip. */
export function iconButton(label: string, name: IconName, test: string, onClick: () => void): IconControl {
  const made = document.createElement('vscode-button') as Button;
  made.setAttribute('appearance', 'icon');
  made.setAttribute('aria-label', label);
  applyOptions(made, { test, title: label });
  const shown = icon(name);
  made.append(shown);
  made.addEventListener('click', onClick);
  return { element: made, icon: shown };
}

/** For a button whose meaning changes, such as play and pause. */
export function setIconButton(control: IconControl, label: string, name: IconName): void {
  setAttribute(control.element, 'aria-label', label);
  setAttribute(control.element, 'title', label);
  setIcon(control.icon, name);
}

export function setDisabled(control: Control, disabled: boolean): void {
  const made = control.element as Button;
  if (made.disabled !== disabled) made.disabled = disabled;
}

export interface Choice<Value extends string> {
  value: Value;
  label: string;
}

export interface DropdownControl<Value extends string> extends Control {
  /** Replaces the choices if they differ, and selects `value`. */
  update(choices: readonly Choice<Value>[], value: Value): void;
}

/** A dropdown whose label stands before it. */
export function dropdown<Value extends string>(
  label: string,
  test: string,
  onChoice: (value: Value) => void,
): DropdownControl<Value> {
  const made = document.createElement('vscode-dropdown') as Dropdown;
  made.setAttribute('aria-label', label);
  applyOptions(made, { test });
  made.addEventListener('change', () => onChoice(made.value as Value));
  let shown = '';
  const update = (choices: readonly Choice<Value>[], value: Value) => {
    const wanted = choices.map((choice) => `${choice.value}\n${choice.label}`).join('\n\n');
    if (wanted !== shown) {
      shown = wanted;
      made.replaceChildren(
        ...choices.map((choice) => {
          const option = document.createElement('vscode-option');
          option.setAttribute('value', choice.value);
          option.textContent = choice.label;
          return option;
        }),
      );
    }
    if (made.value !== value) made.value = value;
  };
  return {
    element: element('span', { class: 'labelled' }, element('span', { class: 'label', text: label }), made),
    update,
  };
}

export interface CheckboxControl extends Control {
  update(checked: boolean): void;
}

export function checkbox(label: string, test: string, onChange: (checked: boolean) => void): CheckboxControl {
  const made = document.createElement('vscode-checkbox') as Checkbox;
  applyOptions(made, { test, text: label });
  // The toolkit also fires `change` when `checked` is set by code.
  let told = false;
  made.addEventListener('change', () => {
    if (made.checked === told) return;
    told = made.checked;
    onChange(told);
  });
  const update = (checked: boolean) => {
    told = checked;
    if (made.checked !== checked) made.checked = checked;
  };
  return { element: made, update };
}
