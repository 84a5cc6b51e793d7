/** What the commands of training and of runs work with; `main.ts` builds it once. */
import type { ExperimentFiles } from './experimentFiles';
import type { RunFolders } from './runFolders';
import type { RunPanels } from './runPanels';
import type { RunStore } from './runStore';
import type { Trainings } from './trainings';

export interface CommandParts {
  files: ExperimentFiles;
  store: RunStore;
  folders: RunFolders;
  trainings: Trainings;
  panels: RunPanels;
}
