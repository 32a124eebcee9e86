// The passwords of eight characters and more that leaked lists have most often, in lower case.
const common = new Set(
  `
00000000 0000000000 01234567 012345678 0123456789 0987654321 1029384756 11111111 111111111 1111111111 111222333
11112222 111222tianya 11223344 1122334455 1123581321 12121212 123123123 123123123a 12312312 123321123 123412341234
12341234 12344321 1234512345 12345432 1234554321 12345678 123456789 1234567890 12345678910 123456789a 123456789abc
123456789m 123456789q 123456789s 123456789z 12345678a 1234567891 1234567a 123456123 123456123456 123456654321
1234567899 123456987 123456abc 123456aa 123456qwerty 12345qwert 12345qwerty 1234abcd 1234asdf 1234qwer 12369874
123698745 123789456 123654789 123454321 123abc123 123qwe123 123qweasd 123qweasdzxc 12qwaszx 12345trewq 13579246
135792468 1357924680 14789632 147258369 147852369 147896325 159357456 159753456 159753159753 192837465 19841984
19851985 19861986 19871987 19891989 1a2b3c4d 1a2s3d4f 1g2w3e4r 1password 1q1q1q1q 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y
1qaz1qaz 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 1qazxsw23edc 1qwerty1 20102010 21212121 22222222 25802580 31415926 321654987
33333333 44444444 4815162342 55555555 5555555555 66666666 69696969 741852963 77777777 789456123 7894561230 87654321
88888888 963852741 987654321 9876543210 99999999 999999999 a1234567 a12345678 a123456789 a1b2c3d4 a1b2c3d4e5 a1s2d3f4
aa123456 aa12345678 aaaaaaaa aaaaaaaaaa abc12345 abc123456 abc123abc abcd1234 abcd12345 abcdefg1 abcdefg123 abcdefgh
abcdefghi abcdefghij access14 admin123 admin1234 admin12345 administrator alexander alexander1 alexandra america1
amsterdam anderson angelina arsenal1 asd123asd asdasd123 asdasdasd asdf1234 asdfasdf asdfghjk asdfghjkl asdfghjkl1
asdfghjkl; asdfqwer asshole1 azertyuiop babygirl babygirl1 barcelona barcelona1 baseball baseball1 basketball beautiful
beautiful1 benjamin bestfriend bigdaddy bismillah blackberry blink182 butterfly butterfly1 california carolina
champion changeme changeme1 changeme123 charlie1 charlotte chelsea1 children chocolate chocolate1 christian christina
christine christmas christopher computer computer1 corvette danielle default1 diamond1 dolphins dragon12 dragon123
dragonball drowssap einstein elephant elizabeth elizabeth1 explorer facebook facebook1 fernando firebird football
football1 football12 forever1 forever21 francesco freedom1 friends1 friendster fuckyou1 fuckyou12 fuckyou123 garfield
gerty123 gfhjkmgfhjkm godisgood goodluck greenday gwerty123 hallo123 handsome happiness hardcore harrypotter
hello123 hello1234 hellokitty hollywood hunter12 icecream iloveyou iloveyou! iloveyou1 iloveyou12 iloveyou123
iloveyou2 iloveyou3 infinity internet internet1 isabella jasmine1 jennifer jennifer1 jessica1 jonathan jordan23
juventus justinbieber kimberly kingkong krishna1 lasvegas leonardo letmein1 letmein123 letmeinnow liverpool liverpool1
lollipop london123 love1234 lovelove loveyou1 manchester marseille master123 matthew1 maverick mercedes mercedes1
metallica michael1 michelle michelle1 microsoft midnight minecraft mnbvcxz1 monkey12 monkey123 motdepasse motorola
mustang1 mypassword myspace1 naruto123 nicholas nintendo nopassword p@ssw0rd p@ssw0rd1 p@ssw0rd123 p@ssword p@55w0rd
pa$$w0rd pa$$word pa55word pakistan panasonic paradise pass1234 pass12345 passpass passport passw0rd passw0rd!
passw0rd1 password password! password. password0 password00 password01 password1 password1! password10 password11
password12 password123 password123! password1234 password12345 password13 password2 password21 password22 password3
password4 password5 password6 password69 password7 password77 password8 password9 password99 passwort passwort1
patricia pokemon1 poohbear precious princess princess1 princess12 q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qazwsx123
qazwsxedc qazwsxedcrfv qq123456 qq123456789 qqqqqqqq qqww1122 qw123321 qwaszx12 qweasd123 qweasdzxc qweqweqwe
qwer1234 qwerasdf qwerqwer qwert123 qwert12345 qwerty00 qwerty01 qwerty11 qwerty12 qwerty123 qwerty123! qwerty123?
qwerty1234 qwerty12345 qwerty123456 qwerty22 qwerty77 qwerty78 qwerty789 qwerty99 qwertyqwerty qwertyui qwertyuio
qwertyuiop qwertyuiop[] realmadrid rockstar1 samantha samantha1 samsung1 scorpion sebastian security
september serenity shadow12 skittles slipknot snickers snowball softball spiderman spiderman1 spongebob starwars
starwars1 stephanie strawberry sunflower sunshine sunshine1 superman superman1 superstar sweetheart swordfish
target123 teddybear tequiero terminator test1234 testing1 testtest thunder1 tinkerbell
trustno1 trustno12 valentina vanessa1 victoria victoria1 volleyball warcraft warrior1 welcome01 welcome1 welcome12
welcome123 welcome1234 whatever whatever1 william1 xxxxxxxx yankees1 zag12wsx zaq12wsx zaq1xsw2 zaq1zaq1 zaqwsxcde
zxcvbnm1 zxcvbnm12 zxcvbnm123 zzzzzzzz
`
    .trim()
    .split(/\s+/),
)

/** Whether it is one of those; `password` is in lower case. */
export function isCommon(password: string): boolean {
  return common.has(password)
}
