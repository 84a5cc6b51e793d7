/** Trainings that wait for their turn, remembered per workspace: a reload does not forget what it has not begun. */
import type { Log } from './log';
import type { Memory } from './rememberedArrangement';
import type { RunFolders } from './runFolders';
import type { TrainingOrder, Trainings } from './trainings';

const KEY = 'orthant.waitingTrainings';

export class WaitingTrainings {
  constructor(private readonly memory: Memory) {}

  /** What is not understood was written by another version, and is passed over. */
  read(): TrainingOrder[] {
    const saved = this.memory.get(KEY);
    return Array.isArray(saved) ? saved.filter(isOrder) : [];
  }

  write(orders: readonly TrainingOrder[]): void {
    if (orders.length === 0 && this.read().length === 0) return;
    void this.memory.update(KEY, orders.length === 0 ? undefined : orders);
  }

  /** Lets them wait again, once those that went on without the window are found: they have their places. */
  async restore(folders: RunFolders, trainings: Trainings, log: Log): Promise<void> {
    const orders = this.read();
    if (orders.length === 0) return;
    log.info(`${orders.length} trainings waited when the window was closed; they wait again.`);
    await Promise.all(orders.map(({ experiment, runsFolder }) => folders.know(experiment, runsFolder)));
    for (const order of orders) trainings.start(order);
  }
}

const TEXTS = ['experiment', 'text', 'variant', 'engine', 'runsFolder'] as const;

function isOrder(value: unknown): value is TrainingOrder {
  if (typeof value !== 'object' || value === null) return false;
  return TEXTS.every((name) => typeof (value as Record<string, unknown>)[name] === 'string');
}
