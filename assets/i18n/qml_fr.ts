<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="fr">
<context>
    <name>Ended</name>
    <message numerus="yes">
        <source>Tout sera effacé dans %n seconde(s).</source>
        <translation>
            <numerusform>Tout sera effacé dans %n seconde.</numerusform>
            <numerusform>Tout sera effacé dans %n secondes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n page(s) envoyée(s) au conseiller</source>
        <translation>
            <numerusform>%n page envoyée au conseiller</numerusform>
            <numerusform>%n pages envoyées au conseiller</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n page(s) imprimée(s)</source>
        <translation>
            <numerusform>%n page imprimée</numerusform>
            <numerusform>%n pages imprimées</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PlaceKept</name>
    <message numerus="yes">
        <source>Cet écran se ferme dans %n seconde(s). Votre place reste gardée.</source>
        <translation>
            <numerusform>Cet écran se ferme dans %n seconde. Votre place reste gardée.</numerusform>
            <numerusform>Cet écran se ferme dans %n secondes. Votre place reste gardée.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ScanCard</name>
    <message numerus="yes">
        <source>%n page(s) à donner</source>
        <translation>
            <numerusform>%n page à donner</numerusform>
            <numerusform>%n pages à donner</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n page(s) déjà envoyée(s)</source>
        <translation>
            <numerusform>%n page déjà envoyée</numerusform>
            <numerusform>%n pages déjà envoyées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Le conseiller a reçu %n page(s).</source>
        <translation>
            <numerusform>Le conseiller a reçu %n page.</numerusform>
            <numerusform>Le conseiller a reçu %n pages.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message numerus="yes">
        <source>%n personne(s) attend(ent)</source>
        <translation>
            <numerusform>%n personne attend</numerusform>
            <numerusform>%n personnes attendent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>environ %n minute(s)</source>
        <translation>
            <numerusform>environ %n minute</numerusform>
            <numerusform>environ %n minutes</numerusform>
        </translation>
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
            <numerusform>%n heure</numerusform>
            <numerusform>%n heures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Il reste moins de %n minute(s).</source>
        <translation>
            <numerusform>Il reste moins de %n minute.</numerusform>
            <numerusform>Il reste moins de %n minutes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Il y a %n personne(s) avant vous.</source>
        <translation>
            <numerusform>Il y a %n personne avant vous.</numerusform>
            <numerusform>Il y a %n personnes avant vous.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StillThere</name>
    <message numerus="yes">
        <source>Sans réponse, tout sera effacé dans %n seconde(s).</source>
        <translation>
            <numerusform>Sans réponse, tout sera effacé dans %n seconde.</numerusform>
            <numerusform>Sans réponse, tout sera effacé dans %n secondes.</numerusform>
        </translation>
    </message>
</context>
</TS>
