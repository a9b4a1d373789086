// What the page itself says; everything else comes from the assistant.

const STRINGS = {
  fr: {
    skip: "Aller à la zone de question",
    tagline: "Assistant des entreprises",
    assistant: "Assistant",
    assistantSays: "L’assistant\u00a0:",
    youSay: "Vous\u00a0:",
    log: "Conversation",
    question: "Votre question",
    placeholder: "Écrivez votre question…",
    send: "Envoyer",
    requests: "Ma demande",
    renew: "Nouvelle conversation",
    renewTitle: "Commencer une nouvelle conversation\u00a0?",
    renewText: "La conversation affichée quittera cet écran.",
    renewTextOpen: "Votre demande reste ouverte, mais la réponse de l’équipe viendrait dans la conversation que vous quittez\u00a0: vous ne la liriez pas ici.",
    renewYes: "Commencer",
    renewNo: "Garder celle-ci",
    otherLanguage: "English",
    suggestions: "Suggestions",
    sending: "Envoi…",
    waiting: "En attente d’envoi",
    failed: "L’assistant n’a pas pu recevoir ce message.",
    startFailed: "L’assistant ne répond pas pour le moment.",
    rejected: "Ce message n’a pas pu être accepté. Reformulez-le, s’il vous plaît.",
    retry: "Réessayer",
    attach: "Joindre des fichiers",
    attached: "Fichiers à envoyer",
    detach: (name) => `Retirer ${name}`,
    detached: (name) => `${name} est retiré.`,
    drop: "Déposez vos fichiers ici",
    tooMany: (most) => `${most} fichiers au plus à la fois : envoyez les autres ensuite.`,
    fileTooLarge: (name, most) => `${name} est trop lourd : ${most} au plus. Réduisez-le ou envoyez-le en plusieurs parties.`,
    fileType: (name) => `${name} ne peut pas être joint : documents, tableurs, PDF et images seulement.`,
    fileEmpty: (name) => `${name} est vide.`,
    fileLost: "Ce fichier n’est plus lisible. Joignez-le de nouveau, s’il vous plaît.",
    fileRejected: {
      409: "Cette conversation ne peut plus recevoir de fichiers. L’équipe pourra vous indiquer comment lui envoyer les suivants.",
      413: "Ce fichier est trop lourd : 10 Mo au plus.",
      415: "Ce fichier n’est ni un document, ni un tableur, ni un PDF, ni une image.",
      422: "Ce fichier n’a pas pu être accepté. Essayez-en un autre, s’il vous plaît.",
    },
    uploading: (name) => `Envoi de ${name}`,
    cancel: "Annuler",
    cancelUpload: (name) => `Annuler l’envoi de ${name}`,
    typing: "L’assistant prépare sa réponse",
    writing: (name) => `${name} prépare une réponse`,
    writingTo: (name) => `Vous écrivez à ${name}, de l’équipe`,
    arrived: "Nouveau message plus bas",
    placeholderTeam: "Écrivez à l’équipe…",
    passedOn: "Transmis à l’équipe",
    ofTheTeam: "de l’équipe",
    request: (reference) => `demande ${reference}`,
    correction: "correction",
    corrected: "corrigé plus bas",
    filesOf: (name) => `Fichiers de ${name}`,
    pictureOf: (name, file) => `Image envoyée par ${name}\u00a0: ${file}`,
    saveFile: (name, weight) => `Enregistrer ${name}${weight && `, ${weight}`}`,
    fileGone: "Ce fichier n’est plus disponible. Vous pouvez le redemander à l’équipe.",
    fileLater: "Ce fichier n’a pas pu être ouvert. Réessayez dans un instant.",
    offline: "Vous êtes hors connexion. Vos messages sont gardés et partiront au retour du réseau.",
    unreachable: "Connexion interrompue. Nouvelle tentative en cours\u00a0; vos messages sont gardés.",
    slowDown: "Beaucoup de messages en peu de temps\u00a0: le vôtre part dans quelques secondes.",
    renewed: "Votre conversation précédente n’est plus disponible. En voici une nouvelle.",
    tooLong: (length) => `Message trop long\u00a0: ${length} caractères sur 4 000 au plus.`,
    counter: (length) => `${length} caractères sur 4 000`,
    map: "Voir sur OpenStreetMap",
    newTab: "nouvel onglet",
    call: "Appeler",
    choice: "Choix",
    privacy: "Ni cookie ni traceur.",
    privacyTopic: "Vos données",
    privacyQuestion: "Quelles données gardez-vous\u00a0?",
    commands: {
      menu: "Menu",
      help: "Aide",
      contact: "Contact",
      language: "Français",
      request: "Ma demande",
      requests: "Ma demande",
    },
  },
  en: {
    skip: "Go to the question field",
    tagline: "Business assistant",
    assistant: "Assistant",
    assistantSays: "The assistant:",
    youSay: "You:",
    log: "Conversation",
    question: "Your question",
    placeholder: "Write your question…",
    send: "Send",
    requests: "My request",
    renew: "New conversation",
    renewTitle: "Start a new conversation?",
    renewText: "The conversation shown here will leave this screen.",
    renewTextOpen: "Your request stays open, but the team’s answer would come in the conversation that you leave: you would not read it here.",
    renewYes: "Start",
    renewNo: "Keep this one",
    otherLanguage: "Français",
    suggestions: "Suggestions",
    sending: "Sending…",
    waiting: "Waiting to be sent",
    failed: "The assistant could not receive this message.",
    startFailed: "The assistant is not answering for the moment.",
    rejected: "This message could not be accepted. Please put it another way.",
    retry: "Try again",
    attach: "Attach files",
    attached: "Files to be sent",
    detach: (name) => `Remove ${name}`,
    detached: (name) => `${name} is removed.`,
    drop: "Drop your files here",
    tooMany: (most) => `${most} files at most at once: send the others afterwards.`,
    fileTooLarge: (name, most) => `${name} is too large: ${most} at most. Make it smaller or send it in parts.`,
    fileType: (name) => `${name} cannot be attached: documents, spreadsheets, PDF and pictures only.`,
    fileEmpty: (name) => `${name} is empty.`,
    fileLost: "This file can no longer be read. Please attach it again.",
    fileRejected: {
      409: "This conversation can take no more files. The team can tell you how to send it the others.",
      413: "This file is too large: 10 MB at most.",
      415: "This file is neither a document, nor a spreadsheet, a PDF or a picture.",
      422: "This file could not be accepted. Please try another.",
    },
    uploading: (name) => `Sending ${name}`,
    cancel: "Cancel",
    cancelUpload: (name) => `Cancel sending ${name}`,
    typing: "The assistant is preparing its answer",
    writing: (name) => `${name} is preparing an answer`,
    writingTo: (name) => `You are writing to ${name}, of the team`,
    arrived: "New message below",
    placeholderTeam: "Write to the team…",
    passedOn: "Passed on to the team",
    ofTheTeam: "of the team",
    request: (reference) => `request ${reference}`,
    correction: "correction",
    corrected: "corrected below",
    filesOf: (name) => `Files from ${name}`,
    pictureOf: (name, file) => `Picture sent by ${name}: ${file}`,
    saveFile: (name, weight) => `Save ${name}${weight && `, ${weight}`}`,
    fileGone: "This file is no longer available. You can ask the team for it again.",
    fileLater: "This file could not be opened. Try again in a moment.",
    offline: "You are offline. Your messages are kept and will be sent when the network is back.",
    unreachable: "Connection lost. Trying again; your messages are kept.",
    slowDown: "Many messages in a short time: yours will be sent in a few seconds.",
    renewed: "Your earlier conversation is no longer available. Here is a new one.",
    tooLong: (length) => `Message too long: ${length} characters, 4,000 at most.`,
    counter: (length) => `${length} of 4,000 characters`,
    map: "See on OpenStreetMap",
    newTab: "new tab",
    call: "Call",
    choice: "Choice",
    privacy: "No cookies, no tracking.",
    privacyTopic: "Your data",
    privacyQuestion: "Which data do you keep?",
    commands: {
      menu: "Menu",
      help: "Help",
      contact: "Contact",
      language: "English",
      request: "My request",
      requests: "My request",
    },
  },
};

export const LANGUAGES = Object.keys(STRINGS);

let language = "fr";

// The language that the page speaks now.
export function spoken() {
  return language;
}

export function speakIn(code) {
  language = code;
}

export function words() {
  return STRINGS[language];
}

export function otherLanguage(code) {
  return code === "fr" ? "en" : "fr";
}

// 1.2 MB, 1,2 Mo.
export function size(bytes) {
  const units = ["byte", "kilobyte", "megabyte"];
  const power = bytes < 1000 ? 0 : bytes < 999_500 ? 1 : 2;
  const format = new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[power],
    unitDisplay: power ? "short" : "long",
    maximumFractionDigits: power === 2 ? 1 : 0,
  });
  return format.format(bytes / 1000 ** power);
}
