<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="fr">
<context>
    <name>Attract</name>
    <message>
        <source>Parlez à un conseiller, ici, en vidéo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vous choisissez un service.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vous parlez avec une personne.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vous donnez et recevez des papiers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Toucher ici pour commencer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&apos;est gratuit. Rien n&apos;est enregistré.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>En ce moment</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Bar</name>
    <message>
        <source>En cours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 pour cent</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BeforeCall</name>
    <message>
        <source>%1 : avant l&apos;appel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Votre image est cachée. Le conseiller vous verra.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cacher mon image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Montrer mon image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Qui est devant la borne ?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Je suis seul(e)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Je suis accompagné(e)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le conseiller vous verra et vous entendra.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rien n&apos;est enregistré.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vous pouvez arrêter quand vous voulez.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>À avoir : %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Un instant…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appeler</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BottomBar</name>
    <message>
        <source>Retour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Effacer et quitter</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Calling</name>
    <message>
        <source>Nous essayons un autre conseiller</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>La liaison est coupée. Votre place est gardée. Ne partez pas.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Depuis %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Annuler l&apos;appel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Ended</name>
    <message numerus="yes">
        <source>Tout sera effacé dans %n seconde(s).</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n page(s) envoyée(s) au conseiller</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n page(s) imprimée(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Reprenez votre papier sur le scanner.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prenez vos papiers dans l&apos;imprimante.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rappeler ce service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appeler un autre service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;appel n&apos;a pas été enregistré.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Erased</name>
    <message>
        <source>Il ne reste rien de votre visite sur cette borne.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merci et à bientôt.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tout est effacé</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HubUnreachable</name>
    <message>
        <source>La liaison avec les services est coupée.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>La borne essaie toute seule de la rétablir.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vous pouvez aussi demander à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Les appels sont arrêtés un moment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Réessayer maintenant</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>InCall</name>
    <message>
        <source>En communication avec %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le conseiller a coupé sa caméra. Vous pouvez continuer à parler.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;image du conseiller arrive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;image s&apos;est coupée. Nous vous remettons en contact. Ne partez pas.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le conseiller a coupé son micro.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Votre caméra est coupée.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Votre image est cachée.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Couper mon micro</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rallumer mon micro</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Couper ma caméra</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rallumer ma caméra</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Moins fort</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plus fort</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cacher mon image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Montrer mon image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le conseiller attend : %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Donner ce papier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Terminer l&apos;appel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Effacer et quitter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Terminer l&apos;appel ?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Non, continuer à parler</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Oui, terminer l&apos;appel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>Niveau de votre voix</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Motif</name>
    <message>
        <source>%1 : vous appelez pour quoi ?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Autre chose</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Voir d&apos;autres sujets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Revenir au début</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MotifTile</name>
    <message>
        <source>À avoir : %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OutOfOrder</name>
    <message>
        <source>Demandez à l&apos;accueil : une personne va vous aider.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>À vérifier : %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cette borne ne marche pas</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PagePicture</name>
    <message>
        <source>Image de la page</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Partners</name>
    <message>
        <source>Avec quel service voulez-vous parler ?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Aucun service ne répond pour le moment. Demandez à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Voir d&apos;autres services</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Revenir au début</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PrintCard</name>
    <message>
        <source>Le conseiller vous envoie un papier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Voulez-vous imprimer ce papier ?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Impression en cours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;impression attend</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&apos;est imprimé</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ce papier ne peut pas être imprimé</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;impression est annulée</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le papier arrive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nous préparons l&apos;image du papier.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Page %1 sur %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Les feuilles sortent de l&apos;imprimante.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rien n&apos;est encore imprimé.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Page avant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Page suivante</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Votre document est gardé.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;impression reprendra toute seule. L&apos;appel continue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prenez vos papiers dans l&apos;imprimante.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le conseiller est prévenu. Il peut l&apos;envoyer autrement.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rien d&apos;autre ne sortira de l&apos;imprimante.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Imprimer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ne pas imprimer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Annuler l&apos;impression</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Annuler</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>J&apos;ai compris</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScanCard</name>
    <message>
        <source>Le conseiller vous demande un papier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lecture de la page %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Page %1 : on lit bien ?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Envoi de la page %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&apos;est envoyé</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le papier n&apos;a pas pu être lu</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n page(s) à donner</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>1. Posez le papier sur la vitre, texte vers le bas.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>2. Fermez le capot.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>3. Touchez « Scanner le papier ».</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vous verrez la page avant de l&apos;envoyer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>La page part chez le conseiller.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ne touchez pas au papier.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restez devant l&apos;écran.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rien n&apos;est encore envoyé.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n page(s) déjà envoyée(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Le conseiller a reçu %n page(s).</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Reprenez votre papier sur le scanner.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Les pages déjà envoyées sont gardées.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;appel continue. Rien n&apos;est perdu.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scanner le papier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Envoyer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Envoyer et ajouter une page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recommencer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Réessayer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Je n&apos;ai pas ce papier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plus tard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Annuler</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source>Libre maintenant</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n personne(s) attend(ent)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Occupé pour le moment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Personne pour le moment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sur rendez-vous</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Un conseiller est libre.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vous prendrez place dans la file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Personne ne répond pour le moment. Revenez plus tard ou demandez à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ce service est fermé. Demandez les horaires à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ce service répond sur rendez-vous. Demandez à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>environ %n minute(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>environ %1 à %2 minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 h %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>lundi</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mardi</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mercredi</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>jeudi</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>vendredi</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>samedi</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dimanche</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>janvier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>février</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mars</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>avril</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mai</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>juin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>juillet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>août</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>septembre</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>octobre</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>novembre</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>décembre</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ouvre à %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ouvre demain à %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ouvre %1 à %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ouvre le %1 %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fermé</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ce service vient de fermer. Vous pouvez en choisir un autre.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Personne ne peut répondre pour le moment. Essayez un peu plus tard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ce service n&apos;est plus proposé ici. Choisissez-en un autre.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ce sujet n&apos;est plus proposé. Revenez en arrière et choisissez-en un autre.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Un appel est déjà en cours sur cette borne. Attendez un instant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cette borne est arrêtée. Demandez à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le service est momentanément saturé. Essayez dans quelques minutes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nous préparons votre appel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vous êtes dans la file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cela sonne chez le conseiller</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Un conseiller vous répond</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Un instant, s&apos;il vous plaît.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restez près de la borne. Votre place est gardée.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restez devant l&apos;écran.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;image et le son arrivent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vous êtes la prochaine personne.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Il y a %n personne(s) avant vous.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Attente : %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>La durée de l&apos;attente n&apos;est pas connue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bonne liaison</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Liaison faible</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Liaison coupée</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>La lecture s&apos;est arrêtée. Vous pouvez recommencer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le scanner est occupé. Attendez un instant puis réessayez.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le capot du scanner est ouvert. Fermez-le puis réessayez.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le scanner ne trouve pas de papier. Posez-le puis réessayez.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le papier est coincé dans le scanner. Demandez à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le scanner est débranché. Demandez à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le scanner ne répond pas. Réessayez ou demandez à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;impression s&apos;est arrêtée. Demandez à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;imprimante est occupée. Attendez un instant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;imprimante est ouverte. Fermez son capot.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Il n&apos;y a plus de papier dans l&apos;imprimante. Demandez à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le papier est coincé dans l&apos;imprimante. Demandez à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;imprimante est débranchée. Demandez à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;imprimante ne répond pas. Demandez à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;imprimante et le scanner sont arrêtés.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;imprimante n&apos;a plus de papier.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;imprimante est arrêtée.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le scanner est arrêté.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Votre image apparaît dans un instant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>La caméra est débranchée. Vous pouvez appeler sans image.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>La caméra ne marche pas. Vous pouvez appeler sans image.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parlez : la barre doit bouger.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le micro est débranché. Demandez à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le micro ne marche pas. Demandez à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>la caméra</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>le micro</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>le haut-parleur</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>le scanner</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>l&apos;imprimante</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;appel est terminé</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le conseiller a terminé l&apos;appel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&apos;appel a été coupé</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Personne n&apos;a pu répondre</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Le service a fermé</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vous avez quitté la file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merci de votre visite.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>La liaison s&apos;est arrêtée. Vous pouvez rappeler.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vous pouvez rappeler, ou demander à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demandez les horaires à l&apos;accueil.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vous pourrez appeler à nouveau quand vous voudrez.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Starting</name>
    <message>
        <source>La borne démarre</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Un instant, s&apos;il vous plaît.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StepTrack</name>
    <message>
        <source>Demande</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sonnerie</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Conseiller</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StillThere</name>
    <message>
        <source>Êtes-vous encore là ?</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Sans réponse, tout sera effacé dans %n seconde(s).</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Je suis encore là</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Effacer et quitter</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Visio-relais</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Visio-relais · %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VolumeMark</name>
    <message>
        <source>Son : %1 sur 10</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
