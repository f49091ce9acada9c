// The room's format over a WebSocket: the name first, then a message each. What comes is 'NAME: TEXT',
// 'NAME has left the chatroom!', or a remark of the server that begins with an asterisk.
'use strict';

const find = id => document.getElementById(id);
let socket = null, name = '', naming = false;

function show(text, kind) {
  const item = document.createElement('li');
  item.textContent = text;
  item.className = kind;
  find('messages').append(item);
  item.scrollIntoView({ block: 'nearest' });
}

function ask() {
  find('join').hidden = false;
  find('say').hidden = true;
  find('name').focus();
}

function sayName() {
  naming = true;
  socket.send(name);
  find('me').textContent = name;
  find('join').hidden = true;
  find('say').hidden = false;
  find('text').focus();
}

function hear(text) {
  const remark = text.startsWith('* ');
  show(remark ? text.slice(2) : text, remark || text.endsWith(' has left the chatroom!') ? 'note' : 'theirs');
  if (remark && naming) {
    ask();
  }
}

find('join').addEventListener('submit', event => {
  event.preventDefault();
  name = find('name').value.trim();
  if (!name) {
    return;
  }

  if (socket) {
    sayName();
    return;
  }

  socket = new WebSocket((location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + '/room');
  socket.addEventListener('open', () => {
    show('Chat with your friends and enjoy', 'note');
    sayName();
  });
  socket.addEventListener('message', event => hear(event.data));
  socket.addEventListener('close', () => {
    show('The connection is closed.', 'note');
    socket = null;
    ask();
  });
});

find('say').addEventListener('submit', event => {
  event.preventDefault();
  const text = find('text').value;
  if (text.trim() && socket && socket.readyState === WebSocket.OPEN) {
    naming = false;
    socket.send(text);
    show(name + ': ' + text, 'mine');
    find('text').value = '';
  }
});

find('leave').addEventListener('click', () => socket && socket.close(1000));
