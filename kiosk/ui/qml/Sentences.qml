pragma Singleton
import QtQuick

// The sentences of the closed words (kiosk/core/view.py, hub/protocol.py). tests/kiosk/ui asks each function
// for each word: an unknown word gives an empty sentence, which fails there.
// One idea per sentence, at most twelve words, no technical word, never a reproach.
QtObject {
    id: sentences

    // ---- partners ----------------------------------------------------------------------------------------

    function tileState(tile: var): string {
        switch (tile.state) {
        case "free":
            return qsTr("Libre maintenant");
        case "busy":
            return tile.waiting > 0 ? qsTr("%n personne(s) attend(ent)", "", tile.waiting) : qsTr("Occupé pour le moment");
        case "absent":
            return qsTr("Personne pour le moment");
        case "closed":
            return sentences.opening(tile.opens);
        case "appointment_only":
            return qsTr("Sur rendez-vous");
        }
        return "";
    }

    function tileIcon(state: string): string {
        switch (state) {
        case "free":
            return "check";
        case "busy":
            return "people";
        case "absent":
            return "absent";
        case "closed":
            return "lock";
        case "appointment_only":
            return "calendar";
        }
        return "";
    }

    // Said before the call when the partner may not answer.
    function tileAdvice(tile: var): string {
        switch (tile.state) {
        case "free":
            return qsTr("Un conseiller est libre.");
        case "busy":
            if (tile.wait.present)
                return qsTr("Vous prendrez place dans la file. Attente : %1.").arg(sentences.wait(tile.wait));
            return qsTr("Vous prendrez place dans la file.");
        case "absent":
            return qsTr("Personne ne répond pour le moment. Revenez plus tard ou demandez à l'accueil.");
        case "closed":
            return qsTr("Ce service est fermé. %1").arg(sentences.comeBack(tile.opens) || qsTr("Demandez les horaires à l'accueil."));
        case "appointment_only":
            return qsTr("Ce service répond sur rendez-vous. Demandez à l'accueil.");
        }
        return "";
    }

    function wait(wait: var): string {
        if (!wait.present)
            return "";
        if (wait.maxMinutes >= 60) {
            if (wait.minMinutes >= wait.maxMinutes)
                return qsTr("environ %1").arg(sentences.duration(wait.maxMinutes));
            return qsTr("environ %1 à %2").arg(sentences.duration(wait.minMinutes)).arg(sentences.duration(wait.maxMinutes));
        }
        if (wait.minMinutes >= wait.maxMinutes)
            return qsTr("environ %n minute(s)", "", wait.maxMinutes);
        return qsTr("environ %1 à %2 minutes").arg(wait.minMinutes).arg(wait.maxMinutes);
    }

    function duration(minutes: int): string {
        if (minutes < 60)
            return qsTr("%n minute(s)", "", minutes);
        const rest = minutes % 60;
        if (rest === 0)
            return qsTr("%n heure(s)", "", minutes / 60);
        return qsTr("%1 h %2", "duration").arg(Math.floor(minutes / 60)).arg(String(rest).padStart(2, "0"));
    }

    function hour(opens: var): string {
        if (opens.minute === 0)
            return qsTr("%1 h").arg(opens.hour);
        return qsTr("%1 h %2").arg(opens.hour).arg(String(opens.minute).padStart(2, "0"));
    }

    function weekday(number: int): string {
        return [qsTr("lundi"), qsTr("mardi"), qsTr("mercredi"), qsTr("jeudi"), qsTr("vendredi"), qsTr("samedi"), qsTr("dimanche")][number - 1];
    }

    function dayOfMonth(number: int): string {
        return number === 1 ? qsTr("1er") : String(number);
    }

    function month(number: int): string {
        return [qsTr("janvier"), qsTr("février"), qsTr("mars"), qsTr("avril"), qsTr("mai"), qsTr("juin"), qsTr("juillet"), qsTr("août"), qsTr("septembre"), qsTr("octobre"), qsTr("novembre"), qsTr("décembre")][number - 1];
    }

    function opening(opens: var): string {
        switch (opens.day) {
        case "today":
            return qsTr("Ouvre à %1").arg(sentences.hour(opens));
        case "tomorrow":
            return qsTr("Ouvre demain à %1").arg(sentences.hour(opens));
        case "this_week":
            return qsTr("Ouvre %1 à %2").arg(sentences.weekday(opens.weekday)).arg(sentences.hour(opens));
        case "later":
            return qsTr("Ouvre le %1 %2").arg(sentences.dayOfMonth(opens.dayOfMonth)).arg(sentences.month(opens.month));
        }
        return qsTr("Fermé");
    }

    // When to try again; empty when nobody knows.
    function comeBack(opens: var): string {
        switch (opens.day) {
        case "today":
            return qsTr("Revenez aujourd'hui à partir de %1.").arg(sentences.hour(opens));
        case "tomorrow":
            return qsTr("Revenez demain à partir de %1.").arg(sentences.hour(opens));
        case "this_week":
            return qsTr("Revenez %1 à partir de %2.").arg(sentences.weekday(opens.weekday)).arg(sentences.hour(opens));
        case "later":
            return qsTr("Revenez le %1 %2.").arg(sentences.dayOfMonth(opens.dayOfMonth)).arg(sentences.month(opens.month));
        }
        return "";
    }

    // ---- no call -----------------------------------------------------------------------------------------

    function refusedTitle(reason: string): string {
        switch (reason) {
        case "closed":
            return qsTr("Ce service est fermé");
        case "nobody_on_post":
            return qsTr("Personne ne peut répondre");
        case "unknown_partner":
            return qsTr("Ce service n'est plus proposé ici");
        case "unknown_motif":
            return qsTr("Ce sujet n'est plus proposé");
        case "call_in_progress":
            return qsTr("Un appel est déjà en cours");
        case "kiosk_disabled":
            return qsTr("Cette borne est arrêtée");
        case "hub_degraded":
            return qsTr("Les appels sont arrêtés un instant");
        case "wait_too_long":
            return qsTr("L'attente serait trop longue");
        case "appointment_only":
            return qsTr("Ce service répond sur rendez-vous");
        case "not_from_here":
            return qsTr("Pas d'appel possible à cette heure");
        case "quota_reached":
            return qsTr("Tous les appels prévus ici sont pris");
        case "gone":
            return qsTr("Votre place n'est plus gardée");
        }
        return "";
    }

    function refusedIcon(reason: string): string {
        switch (reason) {
        case "closed":
            return "lock";
        case "wait_too_long":
        case "not_from_here":
        case "gone":
            return "clock";
        case "quota_reached":
        case "appointment_only":
            return "calendar";
        case "nobody_on_post":
            return "absent";
        case "unknown_partner":
        case "unknown_motif":
        case "call_in_progress":
        case "kiosk_disabled":
        case "hub_degraded":
            return "info";
        }
        return "";
    }

    // Why, in one sentence; empty when the title says it all.
    function refusedCause(reason: string, wait: var): string {
        switch (reason) {
        case "nobody_on_post":
            return qsTr("Aucun conseiller n'est là en ce moment.");
        case "hub_degraded":
            return qsTr("Votre demande n'a pas pu être gardée.");
        case "wait_too_long":
            return wait.present ? qsTr("Il faudrait attendre %1.").arg(sentences.wait(wait)) : qsTr("Beaucoup de personnes attendent déjà.");
        case "appointment_only":
            return qsTr("Il ne prend pas d'appel sans rendez-vous.");
        case "not_from_here":
            return qsTr("Ce service n'est pas ouvert à cette borne maintenant.");
        case "quota_reached":
            return qsTr("Ce service ne peut plus prendre d'appel d'ici.");
        case "gone":
            return qsTr("Trop de temps est passé, ou le service s'est arrêté.");
        }
        return "";
    }

    // What to do instead.
    function refusedAdvice(reason: string, opens: var): string {
        const back = sentences.comeBack(opens);
        switch (reason) {
        case "closed":
            return back || qsTr("Demandez les horaires à l'accueil.");
        case "nobody_on_post":
            return back || qsTr("Essayez un peu plus tard.");
        case "wait_too_long":
        case "not_from_here":
        case "quota_reached":
            return back || qsTr("Revenez plus tard, ou un autre jour.");
        case "unknown_partner":
            return qsTr("Vous pouvez en choisir un autre.");
        case "unknown_motif":
            return qsTr("Choisissez à nouveau le service et le sujet.");
        case "call_in_progress":
            return qsTr("Attendez un instant, puis essayez encore.");
        case "kiosk_disabled":
            return qsTr("Une personne de l'accueil va vous aider.");
        case "hub_degraded":
            return qsTr("Essayez dans quelques minutes.");
        case "appointment_only":
            return qsTr("Demandez à l'accueil comment en prendre un.");
        case "gone":
            return qsTr("Vous pouvez appeler à nouveau maintenant.");
        }
        return "";
    }

    // ---- numbers -----------------------------------------------------------------------------------------

    function turnOf(number: int): string {
        return qsTr("C'est au tour du n° %1").arg(number);
    }

    function timeLeft(minutes: int): string {
        if (minutes === 1)
            return qsTr("Il reste moins d'une minute.");
        return minutes > 1 ? qsTr("Il reste moins de %n minute(s).", "", minutes) : qsTr("Il reste quelques secondes.");
    }

    // Said to whoever touched « C'est moi ».
    function claimed(called: var): string {
        return called.inTime ? qsTr("C'est votre tour. %1").arg(sentences.timeLeft(called.minutesLeft)) : qsTr("Votre place est encore gardée. Vous pouvez appeler.");
    }

    function numberList(numbers: var): string {
        return numbers.map(number => qsTr("n° %1").arg(number)).join(", ");
    }

    // One discreet line for whoever has another number; empty when none is called.
    function calledNotice(called: var): string {
        return called.length === 0 ? "" : qsTr("La borne appelle : %1.").arg(sentences.numberList(called.map(each => each.number)));
    }

    function setback(setback: string, partner: string): string {
        switch (setback) {
        case "agent_lost":
            return qsTr("La liaison avec le conseiller a été perdue. Vous gardez votre place.");
        case "other_agent":
            return qsTr("Votre appel est transmis à un autre conseiller. Vous gardez votre place.");
        case "other_partner":
            if (partner === "")
                return qsTr("Votre appel est transmis à un autre service. Vous gardez votre place.");
            return qsTr("Votre appel est transmis à un autre service : %1. Vous gardez votre place.").arg(partner);
        }
        return "";
    }

    // ---- the call ----------------------------------------------------------------------------------------

    function callingTitle(step: string): string {
        switch (step) {
        case "placing":
            return qsTr("Nous préparons votre appel");
        case "queued":
            return qsTr("Vous êtes dans la file");
        case "ringing":
            return qsTr("Cela sonne chez le conseiller");
        case "connecting":
            return qsTr("Un conseiller vous répond");
        }
        return "";
    }

    function callingAdvice(step: string): string {
        switch (step) {
        case "placing":
            return qsTr("Un instant, s'il vous plaît.");
        case "queued":
            return qsTr("Restez près de la borne. Votre place est gardée.");
        case "ringing":
            return qsTr("Restez devant l'écran.");
        case "connecting":
            return qsTr("L'image et le son arrivent.");
        }
        return "";
    }

    function position(position: int): string {
        if (position <= 0)
            return "";
        if (position === 1)
            return qsTr("Vous êtes la prochaine personne.");
        return qsTr("Il y a %n personne(s) avant vous.", "", position - 1);
    }

    function queueWait(wait: var): string {
        return wait.present ? qsTr("Attente : %1").arg(sentences.wait(wait)) : qsTr("La durée de l'attente n'est pas connue.");
    }

    function quality(quality: string): string {
        switch (quality) {
        case "good":
            return qsTr("Bonne liaison");
        case "weak":
            return qsTr("Liaison faible");
        case "lost":
            return qsTr("Liaison coupée");
        }
        return "";
    }

    function elapsed(seconds: int): string {
        const minutes = Math.floor(seconds / 60);
        return minutes + ":" + String(seconds % 60).padStart(2, "0");
    }

    // ---- papers ------------------------------------------------------------------------------------------

    function scannerProblem(state: string): string {
        switch (state) {
        case "ready":
            return qsTr("La lecture s'est arrêtée. Vous pouvez recommencer.");
        case "busy":
            return qsTr("Le scanner est occupé. Attendez un instant puis réessayez.");
        case "cover_open":
            return qsTr("Le capot du scanner est ouvert. Fermez-le puis réessayez.");
        case "no_paper":
            return qsTr("Le scanner ne trouve pas de papier. Posez-le puis réessayez.");
        case "jammed":
            return qsTr("Le papier est coincé dans le scanner. Demandez à l'accueil.");
        case "unplugged":
            return qsTr("Le scanner est débranché. Demandez à l'accueil.");
        case "failed":
            return qsTr("Le scanner ne répond pas. Réessayez ou demandez à l'accueil.");
        }
        return "";
    }

    function printerProblem(state: string): string {
        switch (state) {
        case "ready":
            return qsTr("L'impression s'est arrêtée. Demandez à l'accueil.");
        case "busy":
            return qsTr("L'imprimante est occupée. Attendez un instant.");
        case "cover_open":
            return qsTr("L'imprimante est ouverte. Fermez son capot.");
        case "no_paper":
            return qsTr("Il n'y a plus de papier dans l'imprimante. Demandez à l'accueil.");
        case "jammed":
            return qsTr("Le papier est coincé dans l'imprimante. Demandez à l'accueil.");
        case "unplugged":
            return qsTr("L'imprimante est débranchée. Demandez à l'accueil.");
        case "failed":
            return qsTr("L'imprimante ne répond pas. Demandez à l'accueil.");
        }
        return "";
    }

    // A short notice before the call; empty when there is nothing to say.
    function deviceNotice(printer: string, scanner: string): string {
        const printerOut = printer !== "ready" && printer !== "busy";
        const scannerOut = scanner !== "ready" && scanner !== "busy";
        if (printerOut && scannerOut)
            return qsTr("L'imprimante et le scanner sont arrêtés.");
        if (printerOut)
            return printer === "no_paper" ? qsTr("L'imprimante n'a plus de papier.") : qsTr("L'imprimante est arrêtée.");
        if (scannerOut)
            return qsTr("Le scanner est arrêté.");
        return "";
    }

    function cameraNotice(state: string): string {
        switch (state) {
        case "ready":
        case "busy":
            return qsTr("Votre image apparaît dans un instant.");
        case "unplugged":
            return qsTr("La caméra est débranchée. Vous pouvez appeler sans image.");
        case "cover_open":
        case "no_paper":
        case "jammed":
        case "failed":
            return qsTr("La caméra ne marche pas. Vous pouvez appeler sans image.");
        }
        return "";
    }

    function microphoneNotice(state: string): string {
        switch (state) {
        case "ready":
        case "busy":
            return qsTr("Parlez : la barre doit bouger.");
        case "unplugged":
            return qsTr("Le micro est débranché. Demandez à l'accueil.");
        case "cover_open":
        case "no_paper":
        case "jammed":
        case "failed":
            return qsTr("Le micro ne marche pas. Demandez à l'accueil.");
        }
        return "";
    }

    function device(name: string): string {
        switch (name) {
        case "camera":
            return qsTr("la caméra");
        case "microphone":
            return qsTr("le micro");
        case "loudspeaker":
            return qsTr("le haut-parleur");
        case "scanner":
            return qsTr("le scanner");
        case "printer":
            return qsTr("l'imprimante");
        }
        return "";
    }

    // ---- the end -----------------------------------------------------------------------------------------

    function endTitle(reason: string): string {
        switch (reason) {
        case "usager":
            return qsTr("L'appel est terminé");
        case "agent":
            return qsTr("Le conseiller a terminé l'appel");
        case "cut":
            return qsTr("L'appel a été coupé");
        case "no_answer":
            return qsTr("Personne n'a pu répondre");
        case "nobody_left":
            return qsTr("Il n'y a plus de conseiller");
        case "closed":
            return qsTr("Le service a fermé");
        case "left_queue":
            return qsTr("Vous avez quitté la file");
        }
        return "";
    }

    function endAdvice(reason: string): string {
        switch (reason) {
        case "usager":
        case "agent":
            return qsTr("Merci de votre visite.");
        case "cut":
            return qsTr("La liaison s'est arrêtée. Vous pouvez rappeler.");
        case "no_answer":
            return qsTr("Vous pouvez rappeler, ou demander à l'accueil.");
        case "nobody_left":
            return qsTr("Tous sont partis. Revenez plus tard ou demandez à l'accueil.");
        case "closed":
            return qsTr("Demandez les horaires à l'accueil.");
        case "left_queue":
            return qsTr("Vous pourrez appeler à nouveau quand vous voudrez.");
        }
        return "";
    }
}
