// In: rehearsals that differ in a few inputs. Out: how each went, in their order, whatever order the threads end in. As
// many run side by side as there are processors and memory for.
import { availableParallelism, totalmem } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Course } from '../../core/forecast/course.ts';
import type { CourseInput } from './rehearse-course.ts';

// The largest example, 805 servers, takes 0.65 GB.
const bytesOfOne = 1.2e9;

/** How rehearsals are run side by side. */
export interface CourseOptions {
  /** Told of each rehearsal as it ends, and how many have. */
  readonly onEnded?: (course: Course, ended: number) => void;
  /** Gives all of them up. */
  readonly signal?: AbortSignal;
}

/** The rehearsals were given up before all of them had ended. */
export class CoursesGivenUp extends Error {
  override readonly name = 'CoursesGivenUp';
}

/** Rehearses each of the inputs in a thread, and answers their courses in the same order. */
export async function rehearseCourses(
  inputs: readonly CourseInput[],
  { onEnded, signal }: CourseOptions = {},
): Promise<readonly Course[]> {
  const places = Math.min(availableParallelism(), Math.floor(totalmem() / bytesOfOne));
  const courses = new Map<number, Course>();
  let next = 0;
  const workers = Array.from({ length: Math.max(1, Math.min(places, inputs.length)) }, newWorker);
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let i = next; i < inputs.length; i = next) {
          next += 1;
          const input = inputs[i];
          if (input === undefined) return;
          const course = await courseBy(worker, input, signal);
          courses.set(i, course);
          onEnded?.(course, courses.size);
        }
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return inputs.flatMap((_, i) => courses.get(i) ?? []);
}

function newWorker(): Worker {
  return new Worker(new URL('./course-worker.ts', import.meta.url));
}

function courseBy(
  worker: Worker,
  input: CourseInput,
  signal: AbortSignal | undefined,
): Promise<Course> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      signal?.removeEventListener('abort', givenUp);
      worker.off('message', ended);
      worker.off('error', failed);
    };
    const ended = (course: Course) => {
      stop();
      resolve(course);
    };
    const failed = (error: unknown) => {
      stop();
      reject(error);
    };
    const givenUp = () => failed(new CoursesGivenUp('given up'));
    if (signal?.aborted === true) return givenUp();
    signal?.addEventListener('abort', givenUp, { once: true });
    worker.on('message', ended);
    worker.on('error', failed);
    worker.postMessage(input);
  });
}
