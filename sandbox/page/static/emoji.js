// The emoji that release messages use. A name that is not here is shown as it was written.

const TABLE = `
+1 👍|-1 👎|thumbsup 👍|thumbsdown 👎|wave 👋|hand ✋|raised_hand ✋|raised_hands 🙌|clap 👏|pray 🙏|muscle 💪|ok_hand 👌|point_right 👉
point_down 👇|eyes 👀|smile 😄|slightly_smiling_face 🙂|grinning 😀|joy 😂|thinking_face 🤔|sob 😭|tada 🎉|sparkles ✨|fire 🔥|rocket 🚀
heart ❤️|green_heart 💚|yellow_heart 💛|blue_heart 💙|star ⭐|zap ⚡|bulb 💡|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speech_balloon 💬
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|heavy_multiplication_x ✖️|negative_squared_cross_mark ❎|o ⭕
warning ⚠️|exclamation ❗|grey_exclamation ❕|question ❓|bangbang ‼️|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|stop_sign 🛑
information_source ℹ️|red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|white_circle ⚪
black_circle ⚫|large_orange_diamond 🔶|small_blue_diamond 🔹|white_small_square ▫️|black_small_square ▪️|white_square_button 🔳
hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️|alarm_clock ⏰|clock1 🕐|clock9 🕘|calendar 📅|date 📅|spiral_calendar_pad 🗓️|watch ⌚
arrows_counterclockwise 🔄|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrow_heading_up ⤴️|repeat 🔁|fast_forward ⏩|rewind ⏪
arrow_forward ▶️|double_vertical_bar ⏸️|pause_button ⏸️|black_square_for_stop ⏹️|package 📦|ship 🚢|steam_locomotive 🚂|bullettrain_side 🚄
train 🚋|railway_car 🚃|station 🚉|vertical_traffic_light 🚦|traffic_light 🚥|construction 🚧|checkered_flag 🏁|triangular_flag_on_post 🚩
hammer 🔨|wrench 🔧|hammer_and_wrench 🛠️|gear ⚙️|lock 🔒|unlock 🔓|key 🔑|link 🔗|paperclip 📎|pushpin 📌|bookmark 🔖|label 🏷️|memo 📝
pencil ✏️|pencil2 ✏️|clipboard 📋|notebook 📓|scroll 📜|page_facing_up 📄|file_folder 📁|open_file_folder 📂|bar_chart 📊
chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|mag 🔍|microscope 🔬|test_tube 🧪|bug 🐛|beetle 🐞|ladybug 🐞|robot_face 🤖
iphone 📱|computer 💻|desktop_computer 🖥️|apple 🍎|green_apple 🍏|globe_with_meridians 🌐|earth_africa 🌍|shield 🛡️|ambulance 🚑
recycle ♻️|seedling 🌱|deciduous_tree 🌳|cherries 🍒|coffee ☕|pizza 🍕|trophy 🏆|medal 🏅|dart 🎯|ghost 👻|skull 💀|boom 💥|cyclone 🌀
snowflake ❄️|sunny ☀️|cloud ☁️|rainbow 🌈|100 💯|one 1️⃣|two 2️⃣|three 3️⃣|new 🆕|up 🆙|ok 🆗|sos 🆘|bust_in_silhouette 👤
busts_in_silhouette 👥|technologist 🧑‍💻|inbox_tray 📥|outbox_tray 📤|email 📧|envelope ✉️|house 🏠|office 🏢|moneybag 💰|gift 🎁
memory 🧠|thread 🧵|handshake 🤝|crossed_fingers 🤞|v ✌️|sweat_smile 😅|sunglasses 😎|neutral_face 😐|cry 😢|rotating_light 🚨
`;

const NAMES = new Map(
  TABLE.trim()
    .split(/[|\n]/)
    .map((pair) => pair.split(" ")),
);

/** The character of an emoji's name, or undefined. */
export const emojiOf = (name) => NAMES.get(name.replace(/::skin-tone-\d$/, ""));

/** All names that begin so, for completion. */
export const emojiNames = (start) => [...NAMES.keys()].filter((name) => name.startsWith(start));
