/** One step of several: a quick pick of several entries, with a way back. */
import { type Disposable, QuickInputButtons, type QuickPickItem, window } from 'vscode';

export interface PickManyOptions<Item extends QuickPickItem> {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
  readonly placeholder: string;
  readonly items: readonly Item[];
  readonly picked: readonly Item[];
  readonly hasBack: boolean;
  /** Said in place of the title when nothing is ticked; the step then goes on. */
  readonly nothingPicked: string;
}

/** One entry at least, a step back, or "never mind". */
export type Picked<Item> = readonly Item[] | 'back' | undefined;

export async function pickMany<Item extends QuickPickItem>(options: PickManyOptions<Item>): Promise<Picked<Item>> {
  const { title, step, totalSteps, placeholder, items, picked, hasBack, nothingPicked } = options;
  const pick = window.createQuickPick<Item>();
  const owned: Disposable[] = [pick];
  Object.assign(pick, { title, step, totalSteps, placeholder, canSelectMany: true });
  pick.matchOnDescription = true;
  // A look at the data must not end it; Escape does.
  pick.ignoreFocusOut = true;
  pick.matchOnDetail = true;
  pick.items = items;
  pick.selectedItems = picked;
  pick.buttons = hasBack ? [QuickInputButtons.Back] : [];
  try {
    return await new Promise<Picked<Item>>((resolve) => {
      owned.push(
        pick.onDidAccept(() => {
          if (pick.selectedItems.length > 0) resolve(pick.selectedItems);
          else pick.title = nothingPicked;
        }),
        pick.onDidTriggerButton(() => resolve('back')),
        pick.onDidHide(() => resolve(undefined)),
      );
      pick.show();
    });
  } finally {
    for (const each of owned) each.dispose();
  }
}
