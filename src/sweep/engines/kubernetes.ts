import { stringify } from "yaml";
import type { SweepPlanDocument } from "../../network/documents/sweep.js";
import { elementsOf } from "./elements.js";

/** With a limit of retries for each of its indices, a Job may have more only if few of them run at a time. */
export const MAX_COMPLETIONS = 10_000;

/** Seconds for the last step and the checkpoints, between SIGTERM and SIGKILL. */
const GRACE = 120;
/** How often an index starts again after a failure that was none of a moved pod. */
const RETRIES = 3;
const MOUNT = "/sweep";

export interface KubernetesOptions {
  /** One that has `respath` on its path. */
  readonly image: string;
  /** The persistent volume claim with the plan and the results, which several nodes may mount for writing. */
  readonly claim: string;
  /** Paths in that volume. */
  readonly planPath: string;
  readonly results: string;
  /** Of the Job; by the plan if absent. */
  readonly name?: string;
  /** Elements at most (MAX_COMPLETIONS if absent), and at the same time. */
  readonly most?: number;
  readonly parallel?: number;
  /** Cores of an element; 1 if absent. */
  readonly cpus?: number;
  /** As Kubernetes writes it; from what the plan foresees if absent. */
  readonly memory?: string;
}

/**
 * The manifest of an Indexed Job, as YAML. A pod that is moved (drained, evicted, preempted) starts again and goes on; one that fails does
 * so some times, but for bad input and jobs that have failed already; the other indices go on without it.
 */
export function kubernetesManifest(plan: SweepPlanDocument, options: KubernetesOptions): string {
  const comment = ` ${plan.jobs.length} jobs of the plan with the sum ${plan.sha256.slice(0, 16)}, by respath ${plan.respath}.\n`;
  return `#${comment}${stringify(manifestOf(plan, options), { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

function manifestOf(plan: SweepPlanDocument, options: KubernetesOptions) {
  const { most = MAX_COMPLETIONS, cpus = 1 } = options;
  const elements = elementsOf(plan, { most, cpus });
  const labels = { "app.kubernetes.io/name": "respath" };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: options.name ?? `respath-${plan.sha256.slice(0, 8)}`, labels },
    spec: {
      completionMode: "Indexed",
      completions: elements.count,
      parallelism: Math.min(options.parallel ?? elements.count, elements.count),
      backoffLimitPerIndex: RETRIES,
      // Never two pods of an index in one folder.
      podReplacementPolicy: "Failed",
      podFailurePolicy: {
        rules: [
          { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
          {
            action: "FailIndex",
            onExitCodes: { containerName: "respath", operator: "In", values: [1, 2] },
          },
        ],
      },
      template: {
        metadata: { labels },
        spec: podOf(options, { cpus, of: elements.count, memory: elements.memory }),
      },
    },
  };
}

function podOf(
  options: KubernetesOptions,
  { cpus, of, memory: foreseen }: { readonly cpus: number; readonly of: number; readonly memory?: number },
) {
  const { image, claim, planPath, results } = options;
  const memory = options.memory ?? (foreseen === undefined ? undefined : `${foreseen}Mi`);
  const words = ["respath", "sweep", "shard", `${MOUNT}/${planPath}`, "--of", String(of)];
  return {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: GRACE,
    automountServiceAccountToken: false,
    containers: [
      {
        name: "respath",
        image,
        // Not by a shell, which would keep SIGTERM to itself.
        command: [...words, "--out", `${MOUNT}/${results}`, "--workers", String(cpus), "--break-lock"],
        env: [{ name: "RESPATH_CACHE", value: `${MOUNT}/cache` }],
        resources: {
          requests: { cpu: String(cpus), ...(memory === undefined ? {} : { memory }) },
          ...(memory === undefined ? {} : { limits: { memory } }),
        },
        volumeMounts: [{ name: "sweep", mountPath: MOUNT }],
      },
    ],
    volumes: [{ name: "sweep", persistentVolumeClaim: { claimName: claim } }],
  };
}
