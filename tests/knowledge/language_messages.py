"""Short messages and the language of each, written for the tests of language identification."""

from __future__ import annotations

FRENCH = """\
c koi le programe
cest qoi lindustri
kan son vos horaire
jveu parlé a kelkun
vs etes ou
on fé coment pr sinscrire
jcherche un local pas cher
kel adres
kels aide pour les pme
adresse
vos horaires
bonjour
merci beaucoup
salut sa va
je suis gérant d'une PME
quels sont les axes
les axes svp
qui contacter
date signatur protocol
c'est quoi le manifesto
hello je cherche un local
ok merci
combien d'emplois
le telefone svp
ou sont vos bureau
est ce que vous recrutez
y a til des subvention
jai besoin de financement
peut on visiter
quand a été signé le protocole
qui est le président
comment devenir partenaire
un stage chez vous c possible
et pour les artisans
pourquoi
d'accord
je comprends pas
mon entreprise est à Vitry
locaux a louer
sa coute combien
le cluster aéro c'est quoi
formation des salariés
ya quoi dans le pacte
aidez moi
recrutement
""".splitlines()

ENGLISH = """\
whats teritoire dindustrie
what is the manifeste ?
Territoire d'industrie contact please
hours?
adress plz
whos in charge
how many jobs
hello
thank you
i need a place to rent
can u help me
wat r the axis
pls tell me more
who do i call
where r u
is there any funding
my company is in Vitry
when was it signed
how do i join
phone number
whens the meeting
i dont understand
opening hours plz
who runs this thing
any grants for small business
thx
we are looking for premises
are you open on monday
what does the label mean
give me the adress
is my bussines concerned
looking for a werehouse
could I visit the sites
help with hiring
why
how much does it cost
tell me about axis 2
do you offer training
""".splitlines()

UNDECIDED = ["ok", "tel", "contact", "94400", "?", "12", "Orly"]
"""What does not tell: the conversation's language decides."""

FOREIGN = {
    "es": """\
¿Dónde puedo encontrar su dirección?
hola necesito ayuda para mi empresa
cuales son los ejes del programa
quiero alquilar un local para mi negocio
cómo puedo contactar con ustedes
buenos días, hablan español
cuanto cuesta
no entiendo nada de esto""",
    "pt": """\
Bom dia, preciso de ajuda para a minha empresa
onde fica o vosso escritório
quais são os apoios para as empresas
vocês falam português
quero alugar um armazém
obrigado pela ajuda
qual é o número de telefone""",
    "de": """\
Wo kann ich hier gut essen gehen?
Ich suche eine Halle für meine Firma
wie lautet ihre telefonnummer
welche förderung gibt es für kleine unternehmen
guten Tag, sprechen Sie Deutsch
was ist das für ein programm
wann haben Sie geöffnet""",
    "it": """\
Buongiorno, cerco un capannone per la mia azienda
quali sono gli aiuti per le imprese
dove si trova il vostro ufficio
parlate italiano
come posso contattarvi
quanto costa affittare un locale
qual è il numero di telefono""",
    "nl": """\
Waar is jullie kantoor
ik zoek een bedrijfsruimte voor mijn bedrijf
wat zijn de openingstijden
spreekt u Nederlands""",
    "pl": """\
Dzień dobry, szukam lokalu dla mojej firmy
jaki jest wasz adres
czy mówicie po polsku
ile to kosztuje""",
    "ro": """\
Bună ziua, caut un spațiu pentru firma mea
unde este biroul vostru
vorbiți românește
cum pot să vă contactez""",
    "tr": """\
Merhaba, şirketim için bir yer arıyorum
adresiniz nerede
türkçe biliyor musunuz
nasıl iletişime geçebilirim""",
    "ar": """\
أين يقع مكتبكم
مرحبا أحتاج إلى مساعدة لشركتي""",
    "zh": """\
你们的地址在哪里
你好，我想租一个厂房""",
    "ru": """\
Где находится ваш офис
Здравствуйте, мне нужна помощь""",
    "uk": "Де знаходиться ваш офіс і як з вами зв'язатися",
    "ja": "住所はどこですか",
    "ko": "주소가 어디에 있나요",
    "el": "Πού είναι το γραφείο σας",
    "he": "איפה המשרד שלכם",
    "hi": "आपका कार्यालय कहाँ है",
}  # fmt: skip
"""By the code of the language."""
