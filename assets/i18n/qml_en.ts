<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="fr">
<context>
    <name>Attract</name>
    <message>
        <source>Parlez à un conseiller, ici, en vidéo</source>
        <translation>Talk to an adviser, here, by video</translation>
    </message>
    <message>
        <source>Vous choisissez un service.</source>
        <translation>You choose a service.</translation>
    </message>
    <message>
        <source>Vous parlez avec une personne.</source>
        <translation>You talk with a person.</translation>
    </message>
    <message>
        <source>Vous donnez et recevez des papiers.</source>
        <translation>You give and receive papers.</translation>
    </message>
    <message>
        <source>Toucher ici pour commencer</source>
        <translation>Touch here to begin</translation>
    </message>
    <message>
        <source>C&apos;est gratuit. Rien n&apos;est enregistré.</source>
        <translation>It is free. Nothing is recorded.</translation>
    </message>
    <message>
        <source>Numéros en attente : %1</source>
        <translation>Numbers waiting: %1</translation>
    </message>
    <message>
        <source>En ce moment</source>
        <translation>Right now</translation>
    </message>
</context>
<context>
    <name>Bar</name>
    <message>
        <source>En cours</source>
        <translation>In progress</translation>
    </message>
    <message>
        <source>%1 pour cent</source>
        <translation>%1 per cent</translation>
    </message>
</context>
<context>
    <name>BeforeCall</name>
    <message>
        <source>Numéro %1</source>
        <translation>Number %1</translation>
    </message>
    <message>
        <source>%1 : avant l&apos;appel</source>
        <translation>%1: before the call</translation>
    </message>
    <message>
        <source>Avant l&apos;appel</source>
        <translation>Before the call</translation>
    </message>
    <message>
        <source>Votre image est cachée. Le conseiller vous verra.</source>
        <translation>Your picture is hidden. The adviser will see you.</translation>
    </message>
    <message>
        <source>Cacher mon image</source>
        <translation>Hide my picture</translation>
    </message>
    <message>
        <source>Montrer mon image</source>
        <translation>Show my picture</translation>
    </message>
    <message>
        <source>Qui est devant la borne ?</source>
        <translation>Who is at the kiosk?</translation>
    </message>
    <message>
        <source>Je suis seul(e)</source>
        <translation>I am alone</translation>
    </message>
    <message>
        <source>Je suis accompagné(e)</source>
        <translation>Somebody is with me</translation>
    </message>
    <message>
        <source>Le conseiller vous verra et vous entendra.</source>
        <translation>The adviser will see and hear you.</translation>
    </message>
    <message>
        <source>Le conseiller vous verra.</source>
        <translation>The adviser will see you.</translation>
    </message>
    <message>
        <source>Le conseiller vous entendra.</source>
        <translation>The adviser will hear you.</translation>
    </message>
    <message>
        <source>Rien n&apos;est enregistré.</source>
        <translation>Nothing is recorded.</translation>
    </message>
    <message>
        <source>Vous pouvez arrêter quand vous voulez.</source>
        <translation>You can stop whenever you want.</translation>
    </message>
    <message>
        <source>À avoir : %1</source>
        <translation>To have at hand: %1</translation>
    </message>
    <message>
        <source>Choisir un autre service</source>
        <translation>Choose another service</translation>
    </message>
    <message>
        <source>Appeler</source>
        <translation>Call</translation>
    </message>
</context>
<context>
    <name>BottomBar</name>
    <message>
        <source>Retour</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>Effacer et quitter</source>
        <translation>Erase and leave</translation>
    </message>
</context>
<context>
    <name>CalledBanner</name>
    <message>
        <source>C&apos;est moi, n° %1</source>
        <translation>That&apos;s me, no. %1</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>C&apos;est moi</source>
        <translation>That&apos;s me</translation>
    </message>
</context>
<context>
    <name>Calling</name>
    <message>
        <source>Nous essayons un autre conseiller</source>
        <translation>We are trying another adviser</translation>
    </message>
    <message>
        <source>Vous pouvez attendre ici, ou garder votre place et revenir.</source>
        <translation>You can wait here, or keep your place and come back.</translation>
    </message>
    <message>
        <source>Les papiers demandés avant sont annulés.</source>
        <translation>The papers asked for before are cancelled.</translation>
    </message>
    <message>
        <source>La liaison est coupée. La borne essaie de la rétablir. Votre place est gardée une minute et demie.</source>
        <translation>The link is down. The kiosk is trying to bring it back. Your place is kept for a minute and a half.</translation>
    </message>
    <message>
        <source>La liaison est coupée. La borne essaie de la rétablir. Ne partez pas.</source>
        <translation>The link is down. The kiosk is trying to bring it back. Please stay.</translation>
    </message>
    <message>
        <source>Depuis %1</source>
        <translation>For %1</translation>
    </message>
    <message>
        <source>Un instant…</source>
        <translation>One moment…</translation>
    </message>
    <message>
        <source>Garder ma place et revenir</source>
        <translation>Keep my place, come back</translation>
    </message>
    <message>
        <source>Annuler l&apos;appel</source>
        <translation>Cancel the call</translation>
    </message>
    <message>
        <source>Garder votre place et revenir ?</source>
        <translation>Keep your place and come back?</translation>
    </message>
    <message>
        <source>La borne vous donne un numéro et sert d&apos;autres personnes. Restez près d&apos;ici : l&apos;écran et un son vous appelleront.</source>
        <translation>The terminal gives you a number and serves other people. Stay nearby: the screen and a sound will call you.</translation>
    </message>
    <message>
        <source>Oui, donnez-moi un numéro</source>
        <translation>Yes, give me a number</translation>
    </message>
    <message>
        <source>Non, j&apos;attends ici</source>
        <translation>No, I will wait here</translation>
    </message>
</context>
<context>
    <name>Ended</name>
    <message numerus="yes">
        <source>Tout sera effacé dans %n seconde(s).</source>
        <translation>
            <numerusform>Everything will be erased in %n second.</numerusform>
            <numerusform>Everything will be erased in %n seconds.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n page(s) envoyée(s) au conseiller</source>
        <translation>
            <numerusform>%n page sent to the adviser</numerusform>
            <numerusform>%n pages sent to the adviser</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n page(s) imprimée(s)</source>
        <translation>
            <numerusform>%n page printed</numerusform>
            <numerusform>%n pages printed</numerusform>
        </translation>
    </message>
    <message>
        <source>Reprenez votre papier sur le scanner.</source>
        <translation>Take your paper back from the scanner.</translation>
    </message>
    <message>
        <source>Prenez vos papiers dans l&apos;imprimante.</source>
        <translation>Take your papers from the printer.</translation>
    </message>
    <message>
        <source>Votre place est gardée une minute et demie.</source>
        <translation>Your place is kept for a minute and a half.</translation>
    </message>
    <message>
        <source>Rappeler ce service</source>
        <translation>Call this service again</translation>
    </message>
    <message>
        <source>Appeler un autre service</source>
        <translation>Call another service</translation>
    </message>
    <message>
        <source>L&apos;appel n&apos;a pas été enregistré.</source>
        <translation>The call was not recorded.</translation>
    </message>
</context>
<context>
    <name>Erased</name>
    <message>
        <source>Il ne reste rien de votre visite sur cette borne.</source>
        <translation>Nothing of your visit is left on this kiosk.</translation>
    </message>
    <message>
        <source>Merci et à bientôt.</source>
        <translation>Thank you and see you soon.</translation>
    </message>
    <message>
        <source>Les numéros donnés restent gardés.</source>
        <translation>The numbers given are still kept.</translation>
    </message>
    <message>
        <source>Tout est effacé</source>
        <translation>Everything is erased</translation>
    </message>
</context>
<context>
    <name>HubUnreachable</name>
    <message>
        <source>La liaison avec les services est coupée.</source>
        <translation>The link with the services is down.</translation>
    </message>
    <message>
        <source>La borne essaie toute seule de la rétablir.</source>
        <translation>The kiosk is trying to restore it by itself.</translation>
    </message>
    <message>
        <source>Vous pouvez aussi demander à l&apos;accueil.</source>
        <translation>You can also ask at the desk.</translation>
    </message>
    <message>
        <source>Les numéros donnés restent gardés.</source>
        <translation>The numbers given are still kept.</translation>
    </message>
    <message>
        <source>Les appels sont arrêtés un moment</source>
        <translation>Calls are stopped for a moment</translation>
    </message>
    <message>
        <source>Réessayer maintenant</source>
        <translation>Try again now</translation>
    </message>
</context>
<context>
    <name>InCall</name>
    <message>
        <source>En communication avec %1</source>
        <translation>In a call with %1</translation>
    </message>
    <message>
        <source>Le conseiller a coupé sa caméra. Vous pouvez continuer à parler.</source>
        <translation>The adviser has turned off the camera. You can go on talking.</translation>
    </message>
    <message>
        <source>L&apos;image du conseiller arrive.</source>
        <translation>The adviser&apos;s picture is coming.</translation>
    </message>
    <message>
        <source>Le conseiller a coupé son micro.</source>
        <translation>The adviser has turned off the microphone.</translation>
    </message>
    <message>
        <source>Le conseiller vous entend. Il ne vous voit pas pour le moment.</source>
        <translation>The adviser can hear you. They cannot see you for the moment.</translation>
    </message>
    <message>
        <source>La liaison est faible. Le son continue, les images reviennent dès que possible.</source>
        <translation>The connection is weak. You can still hear each other, the pictures come back as soon as possible.</translation>
    </message>
    <message>
        <source>La liaison est faible. Le son continue, l&apos;image revient dès que possible.</source>
        <translation>The connection is weak. You can still hear each other, the picture comes back as soon as possible.</translation>
    </message>
    <message>
        <source>L&apos;image et le son sont coupés. Nous vous remettons en contact. Ne partez pas.</source>
        <translation>Picture and sound are cut off. We are putting you back in touch. Please stay.</translation>
    </message>
    <message>
        <source>Votre caméra est coupée.</source>
        <translation>Your camera is off.</translation>
    </message>
    <message>
        <source>Votre image est cachée.</source>
        <translation>Your picture is hidden.</translation>
    </message>
    <message>
        <source>Couper mon micro</source>
        <translation>Turn off my microphone</translation>
    </message>
    <message>
        <source>Rallumer mon micro</source>
        <translation>Turn on my microphone</translation>
    </message>
    <message>
        <source>Couper ma caméra</source>
        <translation>Turn off my camera</translation>
    </message>
    <message>
        <source>Rallumer ma caméra</source>
        <translation>Turn on my camera</translation>
    </message>
    <message>
        <source>Moins fort</source>
        <translation>Quieter</translation>
    </message>
    <message>
        <source>Plus fort</source>
        <translation>Louder</translation>
    </message>
    <message>
        <source>Cacher mon image</source>
        <translation>Hide my picture</translation>
    </message>
    <message>
        <source>Montrer mon image</source>
        <translation>Show my picture</translation>
    </message>
    <message>
        <source>Le conseiller attend : %1</source>
        <translation>The adviser is waiting for: %1</translation>
    </message>
    <message>
        <source>Donner ce papier</source>
        <translation>Give this paper</translation>
    </message>
    <message>
        <source>Terminer l&apos;appel</source>
        <translation>End the call</translation>
    </message>
    <message>
        <source>Effacer et quitter</source>
        <translation>Erase and leave</translation>
    </message>
    <message>
        <source>Terminer l&apos;appel ?</source>
        <translation>End the call?</translation>
    </message>
    <message>
        <source>Non, continuer à parler</source>
        <translation>No, go on talking</translation>
    </message>
    <message>
        <source>Oui, terminer l&apos;appel</source>
        <translation>Yes, end the call</translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>Niveau de votre voix</source>
        <translation>Level of your voice</translation>
    </message>
</context>
<context>
    <name>Motif</name>
    <message>
        <source>%1 : vous appelez pour quoi ?</source>
        <translation>%1: what are you calling about?</translation>
    </message>
    <message>
        <source>Autre chose</source>
        <translation>Something else</translation>
    </message>
    <message>
        <source>Voir d&apos;autres sujets</source>
        <translation>See other subjects</translation>
    </message>
    <message>
        <source>Revenir au début</source>
        <translation>Back to the beginning</translation>
    </message>
</context>
<context>
    <name>MotifTile</name>
    <message>
        <source>À avoir : %1</source>
        <translation>To have at hand: %1</translation>
    </message>
</context>
<context>
    <name>OutOfOrder</name>
    <message>
        <source>Demandez à l&apos;accueil : une personne va vous aider.</source>
        <translation>Ask at the desk: somebody will help you.</translation>
    </message>
    <message>
        <source>À vérifier : %1.</source>
        <translation>To check: %1.</translation>
    </message>
    <message>
        <source>Cette borne ne marche pas</source>
        <translation>This kiosk is not working</translation>
    </message>
</context>
<context>
    <name>PagePicture</name>
    <message>
        <source>Image de la page</source>
        <translation>Picture of the page</translation>
    </message>
</context>
<context>
    <name>Partners</name>
    <message>
        <source>Avec quel service voulez-vous parler ?</source>
        <translation>Which service do you want to talk to?</translation>
    </message>
    <message>
        <source>Aucun service ne répond pour le moment. Demandez à l&apos;accueil.</source>
        <translation>No service answers for the moment. Ask at the desk.</translation>
    </message>
    <message>
        <source>Voir d&apos;autres services</source>
        <translation>See other services</translation>
    </message>
    <message>
        <source>Revenir au début</source>
        <translation>Back to the beginning</translation>
    </message>
</context>
<context>
    <name>PlaceKept</name>
    <message numerus="yes">
        <source>Cet écran se ferme dans %n seconde(s). Votre place reste gardée.</source>
        <translation>
            <numerusform>This screen closes in %n second. Your place stays kept.</numerusform>
            <numerusform>This screen closes in %n seconds. Your place stays kept.</numerusform>
        </translation>
    </message>
    <message>
        <source>Votre place est gardée</source>
        <translation>Your place is kept</translation>
    </message>
    <message>
        <source>Votre numéro</source>
        <translation>Your number</translation>
    </message>
    <message>
        <source>Votre numéro : %1</source>
        <translation>Your number: %1</translation>
    </message>
    <message>
        <source>Notez-le ou prenez-le en photo.</source>
        <translation>Write it down or take a photo.</translation>
    </message>
    <message>
        <source>Restez à moins de deux minutes d&apos;ici.</source>
        <translation>Stay less than two minutes away.</translation>
    </message>
    <message>
        <source>Un son et l&apos;écran vous appelleront.</source>
        <translation>A sound and the screen will call you.</translation>
    </message>
    <message>
        <source>Touchez alors « C&apos;est moi ».</source>
        <translation>Then touch “That&apos;s me”.</translation>
    </message>
    <message>
        <source>J&apos;ai noté mon numéro</source>
        <translation>I have noted my number</translation>
    </message>
</context>
<context>
    <name>PrintCard</name>
    <message>
        <source>Le conseiller vous envoie un papier</source>
        <translation>The adviser is sending you a paper</translation>
    </message>
    <message>
        <source>Voulez-vous imprimer ce papier ?</source>
        <translation>Do you want to print this paper?</translation>
    </message>
    <message>
        <source>Impression en cours</source>
        <translation>Printing</translation>
    </message>
    <message>
        <source>L&apos;impression attend</source>
        <translation>The printing is waiting</translation>
    </message>
    <message>
        <source>C&apos;est imprimé</source>
        <translation>It is printed</translation>
    </message>
    <message>
        <source>Ce papier ne peut pas être imprimé</source>
        <translation>This paper cannot be printed</translation>
    </message>
    <message>
        <source>L&apos;impression est annulée</source>
        <translation>The printing is cancelled</translation>
    </message>
    <message>
        <source>Le papier arrive.</source>
        <translation>The paper is coming.</translation>
    </message>
    <message>
        <source>Nous préparons l&apos;image du papier.</source>
        <translation>We are preparing the picture of the paper.</translation>
    </message>
    <message>
        <source>Page %1 sur %2</source>
        <translation>Page %1 of %2</translation>
    </message>
    <message>
        <source>Les feuilles sortent de l&apos;imprimante.</source>
        <translation>The sheets are coming out of the printer.</translation>
    </message>
    <message>
        <source>Rien n&apos;est encore imprimé.</source>
        <translation>Nothing is printed yet.</translation>
    </message>
    <message>
        <source>1 page</source>
        <translation>1 page</translation>
    </message>
    <message>
        <source>Page avant</source>
        <translation>Page before</translation>
    </message>
    <message>
        <source>Page suivante</source>
        <translation>Next page</translation>
    </message>
    <message>
        <source>Votre document est gardé.</source>
        <translation>Your document is kept.</translation>
    </message>
    <message>
        <source>L&apos;impression reprendra toute seule. L&apos;appel continue.</source>
        <translation>Printing will go on by itself. The call goes on.</translation>
    </message>
    <message>
        <source>Prenez vos papiers dans l&apos;imprimante.</source>
        <translation>Take your papers from the printer.</translation>
    </message>
    <message>
        <source>Le conseiller est prévenu. Il peut l&apos;envoyer autrement.</source>
        <translation>The adviser knows. They can send it another way.</translation>
    </message>
    <message>
        <source>Rien d&apos;autre ne sortira de l&apos;imprimante.</source>
        <translation>Nothing else will come out of the printer.</translation>
    </message>
    <message>
        <source>Imprimer</source>
        <translation>Print</translation>
    </message>
    <message>
        <source>Ne pas imprimer</source>
        <translation>Do not print</translation>
    </message>
    <message>
        <source>Annuler l&apos;impression</source>
        <translation>Cancel the printing</translation>
    </message>
    <message>
        <source>Annuler</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>J&apos;ai compris</source>
        <translation>I understand</translation>
    </message>
</context>
<context>
    <name>Refused</name>
    <message>
        <source>Appeler ce service</source>
        <translation>Call this service</translation>
    </message>
    <message>
        <source>Essayer encore</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>Choisir un autre service</source>
        <translation>Choose another service</translation>
    </message>
</context>
<context>
    <name>ScanCard</name>
    <message>
        <source>Le conseiller vous demande un papier</source>
        <translation>The adviser asks you for a paper</translation>
    </message>
    <message>
        <source>Lecture de la page %1</source>
        <translation>Reading page %1</translation>
    </message>
    <message>
        <source>Page %1 : on lit bien ?</source>
        <translation>Page %1: can it be read well?</translation>
    </message>
    <message>
        <source>Envoi de la page %1</source>
        <translation>Sending page %1</translation>
    </message>
    <message>
        <source>C&apos;est envoyé</source>
        <translation>It is sent</translation>
    </message>
    <message>
        <source>Le papier n&apos;a pas pu être lu</source>
        <translation>The paper could not be read</translation>
    </message>
    <message numerus="yes">
        <source>%n page(s) à donner</source>
        <translation>
            <numerusform>%n page to give</numerusform>
            <numerusform>%n pages to give</numerusform>
        </translation>
    </message>
    <message>
        <source>1. Posez le papier sur la vitre, texte vers le bas.</source>
        <translation>1. Put the paper on the glass, text facing down.</translation>
    </message>
    <message>
        <source>2. Fermez le capot.</source>
        <translation>2. Close the lid.</translation>
    </message>
    <message>
        <source>3. Touchez « Scanner le papier ».</source>
        <translation>3. Touch “Scan the paper”.</translation>
    </message>
    <message>
        <source>Vous verrez la page avant de l&apos;envoyer.</source>
        <translation>You will see the page before sending it.</translation>
    </message>
    <message>
        <source>La page part chez le conseiller.</source>
        <translation>The page is going to the adviser.</translation>
    </message>
    <message>
        <source>Ne touchez pas au papier.</source>
        <translation>Do not touch the paper.</translation>
    </message>
    <message>
        <source>Restez devant l&apos;écran.</source>
        <translation>Stay in front of the screen.</translation>
    </message>
    <message>
        <source>Rien n&apos;est encore envoyé.</source>
        <translation>Nothing is sent yet.</translation>
    </message>
    <message numerus="yes">
        <source>%n page(s) déjà envoyée(s)</source>
        <translation>
            <numerusform>%n page already sent</numerusform>
            <numerusform>%n pages already sent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Le conseiller a reçu %n page(s).</source>
        <translation>
            <numerusform>The adviser has received %n page.</numerusform>
            <numerusform>The adviser has received %n pages.</numerusform>
        </translation>
    </message>
    <message>
        <source>Reprenez votre papier sur le scanner.</source>
        <translation>Take your paper back from the scanner.</translation>
    </message>
    <message>
        <source>Les pages déjà envoyées sont gardées.</source>
        <translation>The pages already sent are kept.</translation>
    </message>
    <message>
        <source>L&apos;appel continue. Rien n&apos;est perdu.</source>
        <translation>The call goes on. Nothing is lost.</translation>
    </message>
    <message>
        <source>Scanner le papier</source>
        <translation>Scan the paper</translation>
    </message>
    <message>
        <source>Envoyer</source>
        <translation>Send</translation>
    </message>
    <message>
        <source>Envoyer et ajouter une page</source>
        <translation>Send and add a page</translation>
    </message>
    <message>
        <source>Recommencer</source>
        <translation>Start again</translation>
    </message>
    <message>
        <source>Réessayer</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>Je n&apos;ai pas ce papier</source>
        <translation>I do not have this paper</translation>
    </message>
    <message>
        <source>Plus tard</source>
        <translation>Later</translation>
    </message>
    <message>
        <source>Annuler</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source>Libre maintenant</source>
        <translation>Free now</translation>
    </message>
    <message numerus="yes">
        <source>%n personne(s) attend(ent)</source>
        <translation>
            <numerusform>%n person waiting</numerusform>
            <numerusform>%n people waiting</numerusform>
        </translation>
    </message>
    <message>
        <source>Occupé pour le moment</source>
        <translation>Busy for the moment</translation>
    </message>
    <message>
        <source>Personne pour le moment</source>
        <translation>Nobody for the moment</translation>
    </message>
    <message>
        <source>Sur rendez-vous</source>
        <translation>By appointment</translation>
    </message>
    <message>
        <source>Un conseiller est libre.</source>
        <translation>An adviser is free.</translation>
    </message>
    <message>
        <source>Vous prendrez place dans la file. Attente : %1.</source>
        <translation>You will take a place in the queue. Wait: %1.</translation>
    </message>
    <message>
        <source>Vous prendrez place dans la file.</source>
        <translation>You will take a place in the queue.</translation>
    </message>
    <message>
        <source>Personne ne répond pour le moment. Revenez plus tard ou demandez à l&apos;accueil.</source>
        <translation>Nobody answers for the moment. Come back later or ask at the desk.</translation>
    </message>
    <message>
        <source>Ce service répond sur rendez-vous. Demandez à l&apos;accueil.</source>
        <translation>This service answers by appointment. Ask at the desk.</translation>
    </message>
    <message>
        <source>environ %1</source>
        <translation>about %1</translation>
    </message>
    <message>
        <source>environ %1 à %2</source>
        <translation>about %1 to %2</translation>
    </message>
    <message numerus="yes">
        <source>environ %n minute(s)</source>
        <translation>
            <numerusform>about %n minute</numerusform>
            <numerusform>about %n minutes</numerusform>
        </translation>
    </message>
    <message>
        <source>environ %1 à %2 minutes</source>
        <translation>about %1 to %2 minutes</translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n heure(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 h %2</source>
        <comment>duration</comment>
        <translation>%1 h %2</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1:00</translation>
    </message>
    <message>
        <source>%1 h %2</source>
        <translation>%1:%2</translation>
    </message>
    <message>
        <source>lundi</source>
        <translation>Monday</translation>
    </message>
    <message>
        <source>mardi</source>
        <translation>Tuesday</translation>
    </message>
    <message>
        <source>mercredi</source>
        <translation>Wednesday</translation>
    </message>
    <message>
        <source>jeudi</source>
        <translation>Thursday</translation>
    </message>
    <message>
        <source>vendredi</source>
        <translation>Friday</translation>
    </message>
    <message>
        <source>samedi</source>
        <translation>Saturday</translation>
    </message>
    <message>
        <source>dimanche</source>
        <translation>Sunday</translation>
    </message>
    <message>
        <source>1er</source>
        <translation>1</translation>
    </message>
    <message>
        <source>janvier</source>
        <translation>January</translation>
    </message>
    <message>
        <source>février</source>
        <translation>February</translation>
    </message>
    <message>
        <source>mars</source>
        <translation>March</translation>
    </message>
    <message>
        <source>avril</source>
        <translation>April</translation>
    </message>
    <message>
        <source>mai</source>
        <translation>May</translation>
    </message>
    <message>
        <source>juin</source>
        <translation>June</translation>
    </message>
    <message>
        <source>juillet</source>
        <translation>July</translation>
    </message>
    <message>
        <source>août</source>
        <translation>August</translation>
    </message>
    <message>
        <source>septembre</source>
        <translation>September</translation>
    </message>
    <message>
        <source>octobre</source>
        <translation>October</translation>
    </message>
    <message>
        <source>novembre</source>
        <translation>November</translation>
    </message>
    <message>
        <source>décembre</source>
        <translation>December</translation>
    </message>
    <message>
        <source>Ouvre à %1</source>
        <translation>Opens at %1</translation>
    </message>
    <message>
        <source>Ouvre demain à %1</source>
        <translation>Opens tomorrow at %1</translation>
    </message>
    <message>
        <source>Ouvre %1 à %2</source>
        <translation>Opens on %1 at %2</translation>
    </message>
    <message>
        <source>Ouvre le %1 %2</source>
        <translation>Opens on %1 %2</translation>
    </message>
    <message>
        <source>Fermé</source>
        <translation>Closed</translation>
    </message>
    <message>
        <source>Trop de temps est passé, ou le service s&apos;est arrêté.</source>
        <translation>Too much time has passed, or the service has stopped.</translation>
    </message>
    <message>
        <source>Il reste moins d&apos;une minute.</source>
        <translation>Less than one minute left.</translation>
    </message>
    <message>
        <source>C&apos;est votre tour. %1</source>
        <translation>It is your turn. %1</translation>
    </message>
    <message>
        <source>Votre place est encore gardée. Vous pouvez appeler.</source>
        <translation>Your place is still kept. You can call.</translation>
    </message>
    <message>
        <source>n° %1</source>
        <translation>no. %1</translation>
    </message>
    <message>
        <source>La borne appelle : %1.</source>
        <translation>The terminal is calling: %1.</translation>
    </message>
    <message>
        <source>Nous préparons votre appel</source>
        <translation>We are preparing your call</translation>
    </message>
    <message>
        <source>Vous êtes dans la file</source>
        <translation>You are in the queue</translation>
    </message>
    <message>
        <source>Cela sonne chez le conseiller</source>
        <translation>It is ringing at the adviser&apos;s</translation>
    </message>
    <message>
        <source>Un conseiller vous répond</source>
        <translation>An adviser is answering you</translation>
    </message>
    <message>
        <source>Un instant, s&apos;il vous plaît.</source>
        <translation>One moment, please.</translation>
    </message>
    <message>
        <source>Restez près de la borne. Votre place est gardée.</source>
        <translation>Stay near the kiosk. Your place is kept.</translation>
    </message>
    <message>
        <source>Restez devant l&apos;écran.</source>
        <translation>Stay in front of the screen.</translation>
    </message>
    <message>
        <source>L&apos;image et le son arrivent.</source>
        <translation>Picture and sound are coming.</translation>
    </message>
    <message>
        <source>Vous êtes la prochaine personne.</source>
        <translation>You are the next person.</translation>
    </message>
    <message numerus="yes">
        <source>Il y a %n personne(s) avant vous.</source>
        <translation>
            <numerusform>There is %n person before you.</numerusform>
            <numerusform>There are %n people before you.</numerusform>
        </translation>
    </message>
    <message>
        <source>Attente : %1</source>
        <translation>Waiting time: %1</translation>
    </message>
    <message>
        <source>La durée de l&apos;attente n&apos;est pas connue.</source>
        <translation>The waiting time is not known.</translation>
    </message>
    <message>
        <source>Bonne liaison</source>
        <translation>Good link</translation>
    </message>
    <message>
        <source>Liaison faible</source>
        <translation>Weak link</translation>
    </message>
    <message>
        <source>Liaison coupée</source>
        <translation>Link down</translation>
    </message>
    <message>
        <source>La lecture s&apos;est arrêtée. Vous pouvez recommencer.</source>
        <translation>The reading stopped. You can start again.</translation>
    </message>
    <message>
        <source>Le scanner est occupé. Attendez un instant puis réessayez.</source>
        <translation>The scanner is busy. Wait a moment, then try again.</translation>
    </message>
    <message>
        <source>Le capot du scanner est ouvert. Fermez-le puis réessayez.</source>
        <translation>The scanner&apos;s lid is open. Close it, then try again.</translation>
    </message>
    <message>
        <source>Le scanner ne trouve pas de papier. Posez-le puis réessayez.</source>
        <translation>The scanner finds no paper. Put it in place, then try again.</translation>
    </message>
    <message>
        <source>Le papier est coincé dans le scanner. Demandez à l&apos;accueil.</source>
        <translation>The paper is stuck in the scanner. Ask at the desk.</translation>
    </message>
    <message>
        <source>Le scanner est débranché. Demandez à l&apos;accueil.</source>
        <translation>The scanner is unplugged. Ask at the desk.</translation>
    </message>
    <message>
        <source>Le scanner ne répond pas. Réessayez ou demandez à l&apos;accueil.</source>
        <translation>The scanner does not answer. Try again or ask at the desk.</translation>
    </message>
    <message>
        <source>L&apos;impression s&apos;est arrêtée. Demandez à l&apos;accueil.</source>
        <translation>The printing stopped. Ask at the desk.</translation>
    </message>
    <message>
        <source>L&apos;imprimante est occupée. Attendez un instant.</source>
        <translation>The printer is busy. Wait a moment.</translation>
    </message>
    <message>
        <source>L&apos;imprimante est ouverte. Fermez son capot.</source>
        <translation>The printer is open. Close its cover.</translation>
    </message>
    <message>
        <source>Il n&apos;y a plus de papier dans l&apos;imprimante. Demandez à l&apos;accueil.</source>
        <translation>The printer has no more paper. Ask at the desk.</translation>
    </message>
    <message>
        <source>Le papier est coincé dans l&apos;imprimante. Demandez à l&apos;accueil.</source>
        <translation>The paper is stuck in the printer. Ask at the desk.</translation>
    </message>
    <message>
        <source>L&apos;imprimante est débranchée. Demandez à l&apos;accueil.</source>
        <translation>The printer is unplugged. Ask at the desk.</translation>
    </message>
    <message>
        <source>L&apos;imprimante ne répond pas. Demandez à l&apos;accueil.</source>
        <translation>The printer does not answer. Ask at the desk.</translation>
    </message>
    <message>
        <source>L&apos;imprimante et le scanner sont arrêtés.</source>
        <translation>The printer and the scanner are stopped.</translation>
    </message>
    <message>
        <source>L&apos;imprimante n&apos;a plus de papier.</source>
        <translation>The printer has no more paper.</translation>
    </message>
    <message>
        <source>L&apos;imprimante est arrêtée.</source>
        <translation>The printer is stopped.</translation>
    </message>
    <message>
        <source>Le scanner est arrêté.</source>
        <translation>The scanner is stopped.</translation>
    </message>
    <message>
        <source>Votre image apparaît dans un instant.</source>
        <translation>Your picture will appear in a moment.</translation>
    </message>
    <message>
        <source>La caméra est débranchée. Vous pouvez appeler sans image.</source>
        <translation>The camera is unplugged. You can call without a picture.</translation>
    </message>
    <message>
        <source>La caméra ne marche pas. Vous pouvez appeler sans image.</source>
        <translation>The camera is not working. You can call without a picture.</translation>
    </message>
    <message>
        <source>Parlez : la barre doit bouger.</source>
        <translation>Speak: the bar should move.</translation>
    </message>
    <message>
        <source>Le micro est débranché. Demandez à l&apos;accueil.</source>
        <translation>The microphone is unplugged. Ask at the desk.</translation>
    </message>
    <message>
        <source>Le micro ne marche pas. Demandez à l&apos;accueil.</source>
        <translation>The microphone is not working. Ask at the desk.</translation>
    </message>
    <message>
        <source>la caméra</source>
        <translation>the camera</translation>
    </message>
    <message>
        <source>le micro</source>
        <translation>the microphone</translation>
    </message>
    <message>
        <source>le haut-parleur</source>
        <translation>the loudspeaker</translation>
    </message>
    <message>
        <source>le scanner</source>
        <translation>the scanner</translation>
    </message>
    <message>
        <source>l&apos;imprimante</source>
        <translation>the printer</translation>
    </message>
    <message>
        <source>L&apos;appel est terminé</source>
        <translation>The call is over</translation>
    </message>
    <message>
        <source>Le conseiller a terminé l&apos;appel</source>
        <translation>The adviser ended the call</translation>
    </message>
    <message>
        <source>L&apos;appel a été coupé</source>
        <translation>The call was cut</translation>
    </message>
    <message>
        <source>Personne n&apos;a pu répondre</source>
        <translation>Nobody could answer</translation>
    </message>
    <message>
        <source>Il n&apos;y a plus de conseiller</source>
        <translation>There is no adviser left</translation>
    </message>
    <message>
        <source>Le service a fermé</source>
        <translation>The service has closed</translation>
    </message>
    <message>
        <source>Vous avez quitté la file</source>
        <translation>You left the queue</translation>
    </message>
    <message>
        <source>Merci de votre visite.</source>
        <translation>Thank you for your visit.</translation>
    </message>
    <message>
        <source>La liaison s&apos;est arrêtée. Vous pouvez rappeler.</source>
        <translation>The link stopped. You can call again.</translation>
    </message>
    <message>
        <source>Vous pouvez rappeler, ou demander à l&apos;accueil.</source>
        <translation>You can call again, or ask at the desk.</translation>
    </message>
    <message>
        <source>Demandez les horaires à l&apos;accueil.</source>
        <translation>Ask for the hours at the desk.</translation>
    </message>
    <message>
        <source>Ce service est fermé. %1</source>
        <translation>This service is closed. %1</translation>
    </message>
    <message>
        <source>Revenez aujourd&apos;hui à partir de %1.</source>
        <translation>Come back today from %1.</translation>
    </message>
    <message>
        <source>Revenez demain à partir de %1.</source>
        <translation>Come back tomorrow from %1.</translation>
    </message>
    <message>
        <source>Revenez %1 à partir de %2.</source>
        <translation>Come back on %1 from %2.</translation>
    </message>
    <message>
        <source>Revenez le %1 %2.</source>
        <translation>Come back on %1 %2.</translation>
    </message>
    <message>
        <source>Ce service est fermé</source>
        <translation>This service is closed</translation>
    </message>
    <message>
        <source>Personne ne peut répondre</source>
        <translation>Nobody can answer</translation>
    </message>
    <message>
        <source>Ce service n&apos;est plus proposé ici</source>
        <translation>This service is no longer offered here</translation>
    </message>
    <message>
        <source>Ce sujet n&apos;est plus proposé</source>
        <translation>This subject is no longer offered</translation>
    </message>
    <message>
        <source>Un appel est déjà en cours</source>
        <translation>A call is already in progress</translation>
    </message>
    <message>
        <source>Cette borne est arrêtée</source>
        <translation>This terminal is stopped</translation>
    </message>
    <message>
        <source>Les appels sont arrêtés un instant</source>
        <translation>Calls are stopped for a moment</translation>
    </message>
    <message>
        <source>L&apos;attente serait trop longue</source>
        <translation>The wait would be too long</translation>
    </message>
    <message>
        <source>Ce service répond sur rendez-vous</source>
        <translation>This service answers by appointment</translation>
    </message>
    <message>
        <source>Pas d&apos;appel possible à cette heure</source>
        <translation>No call possible at this hour</translation>
    </message>
    <message>
        <source>Tous les appels prévus ici sont pris</source>
        <translation>All calls planned here are taken</translation>
    </message>
    <message>
        <source>Votre place n&apos;est plus gardée</source>
        <translation>Your place is no longer kept</translation>
    </message>
    <message>
        <source>Aucun conseiller n&apos;est là en ce moment.</source>
        <translation>No adviser is there at the moment.</translation>
    </message>
    <message>
        <source>Votre demande n&apos;a pas pu être gardée.</source>
        <translation>Your request could not be kept.</translation>
    </message>
    <message>
        <source>Il faudrait attendre %1.</source>
        <translation>You would have to wait %1.</translation>
    </message>
    <message>
        <source>Beaucoup de personnes attendent déjà.</source>
        <translation>Many people are already waiting.</translation>
    </message>
    <message>
        <source>Il ne prend pas d&apos;appel sans rendez-vous.</source>
        <translation>It takes no call without an appointment.</translation>
    </message>
    <message>
        <source>Ce service n&apos;est pas ouvert à cette borne maintenant.</source>
        <translation>This service is not open to this terminal now.</translation>
    </message>
    <message>
        <source>Ce service ne peut plus prendre d&apos;appel d&apos;ici.</source>
        <translation>This service cannot take more calls from here.</translation>
    </message>
    <message>
        <source>Essayez un peu plus tard.</source>
        <translation>Try a little later.</translation>
    </message>
    <message>
        <source>Revenez plus tard, ou un autre jour.</source>
        <translation>Come back later, or another day.</translation>
    </message>
    <message>
        <source>Vous pouvez en choisir un autre.</source>
        <translation>You can choose another one.</translation>
    </message>
    <message>
        <source>Choisissez à nouveau le service et le sujet.</source>
        <translation>Choose the service and the subject again.</translation>
    </message>
    <message>
        <source>Attendez un instant, puis essayez encore.</source>
        <translation>Wait a moment, then try again.</translation>
    </message>
    <message>
        <source>Une personne de l&apos;accueil va vous aider.</source>
        <translation>Somebody at the desk will help you.</translation>
    </message>
    <message>
        <source>Essayez dans quelques minutes.</source>
        <translation>Try in a few minutes.</translation>
    </message>
    <message>
        <source>Demandez à l&apos;accueil comment en prendre un.</source>
        <translation>Ask at the desk how to make one.</translation>
    </message>
    <message>
        <source>Vous pouvez appeler à nouveau maintenant.</source>
        <translation>You can call again now.</translation>
    </message>
    <message>
        <source>C&apos;est au tour du n° %1</source>
        <translation>It is the turn of no. %1</translation>
    </message>
    <message numerus="yes">
        <source>Il reste moins de %n minute(s).</source>
        <translation>
            <numerusform>Less than %n minute left.</numerusform>
            <numerusform>Less than %n minutes left.</numerusform>
        </translation>
    </message>
    <message>
        <source>Il reste quelques secondes.</source>
        <translation>A few seconds left.</translation>
    </message>
    <message>
        <source>La liaison avec le conseiller a été perdue. Vous gardez votre place.</source>
        <translation>The link to the adviser was lost. You keep your place.</translation>
    </message>
    <message>
        <source>Votre appel est transmis à un autre conseiller. Vous gardez votre place.</source>
        <translation>Your call is passed on to another adviser. You keep your place.</translation>
    </message>
    <message>
        <source>Votre appel est transmis à un autre service. Vous gardez votre place.</source>
        <translation>Your call is passed on to another service. You keep your place.</translation>
    </message>
    <message>
        <source>Votre appel est transmis à un autre service : %1. Vous gardez votre place.</source>
        <translation>Your call is passed on to another service: %1. You keep your place.</translation>
    </message>
    <message>
        <source>Tous sont partis. Revenez plus tard ou demandez à l&apos;accueil.</source>
        <translation>All have left. Come back later or ask at the desk.</translation>
    </message>
    <message>
        <source>Vous pourrez appeler à nouveau quand vous voudrez.</source>
        <translation>You can call again whenever you want.</translation>
    </message>
</context>
<context>
    <name>Starting</name>
    <message>
        <source>La borne démarre</source>
        <translation>The kiosk is starting</translation>
    </message>
    <message>
        <source>Un instant, s&apos;il vous plaît.</source>
        <translation>One moment, please.</translation>
    </message>
</context>
<context>
    <name>StepTrack</name>
    <message>
        <source>Demande</source>
        <translation>Request</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Queue</translation>
    </message>
    <message>
        <source>Sonnerie</source>
        <translation>Ringing</translation>
    </message>
    <message>
        <source>Conseiller</source>
        <translation>Adviser</translation>
    </message>
</context>
<context>
    <name>StillThere</name>
    <message>
        <source>Êtes-vous encore là ?</source>
        <translation>Are you still there?</translation>
    </message>
    <message numerus="yes">
        <source>Sans réponse, tout sera effacé dans %n seconde(s).</source>
        <translation>
            <numerusform>Without an answer, everything will be erased in %n second.</numerusform>
            <numerusform>Without an answer, everything will be erased in %n seconds.</numerusform>
        </translation>
    </message>
    <message>
        <source>Je suis encore là</source>
        <translation>I am still here</translation>
    </message>
    <message>
        <source>Effacer et quitter</source>
        <translation>Erase and leave</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Visio-relais</source>
        <translation>Visio-relais</translation>
    </message>
    <message>
        <source>Visio-relais · %1</source>
        <translation>Visio-relais · %1</translation>
    </message>
</context>
<context>
    <name>VolumeMark</name>
    <message>
        <source>Son : %1 sur 10</source>
        <translation>Sound: %1 out of 10</translation>
    </message>
</context>
</TS>
