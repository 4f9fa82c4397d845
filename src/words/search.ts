// SPDX-License-Identifier: GPL-3.0-or-later

import type { Searched } from '../core/text/match.ts';
import { taskIds, type Standing, type TaskId } from '../core/setup/tasks.ts';
import { dotted } from './joined.ts';
import { standingWords, taskDescription, taskTitle } from './tasks.ts';
import { pgettext } from './translate.ts';

/** What people type in the overview of the desktop when they look for a task. */
function searchWords(task: TaskId): string {
  switch (task) {
    case 'computer':
      // TRANSLATORS: words that people may search for; put in those of your language and keep the English ones that are used.
      return pgettext('search', 'computer;hardware;processor;memory;graphics card;GPU;local AI');
    case 'driver':
      // TRANSLATORS: words that people may search for; put in those of your language and keep the English ones that are used.
      return pgettext(
        'search',
        'graphics driver;graphics card;NVIDIA;AMD;Intel;GPU;CUDA;Secure Boot;security key;machine owner key;MOK;shim;akmod',
      );
    case 'model':
      // TRANSLATORS: words that people may search for; put in those of your language and keep the English ones that are used.
      return pgettext(
        'search',
        'local AI;private AI;offline AI;language model;LLM;GGUF;download;Llama;Qwen;Gemma',
      );
    case 'try':
      // TRANSLATORS: words that people may search for; put in those of your language and keep the English ones that are used.
      return pgettext('search', 'local AI;private AI;chat;chatbot;assistant;ask;prompt');
    case 'tools':
      // TRANSLATORS: words that people may search for; put in those of your language and keep the English ones that are used.
      return pgettext('search', 'Goose;agent;Podman;AI Lab;Podman Desktop;Ollama;programs;local AI');
  }
}

/** Every task with the words it is found by. */
export function searchedTasks(): readonly Searched<TaskId>[] {
  return taskIds.map((task) => ({ id: task, title: taskTitle(task), words: searchWords(task) }));
}

export interface ResultWords {
  readonly name: string;
  readonly description: string;
}

/** A task as a result: with its standing, or with what it is for while that is not known. */
export function resultWords(task: TaskId, standing: Standing | null): ResultWords {
  if (standing === null) return { name: taskTitle(task), description: taskDescription(task) };
  const { label, sentence } = standingWords(standing);
  return { name: taskTitle(task), description: dotted([label, sentence]) };
}
